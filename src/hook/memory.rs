//! Counts the bytes that each thread holds, so that a script cannot eat the server's memory.
//!
//! Rhai limits strings, arrays and maps one by one and has no limit for all of them together. The
//! process's allocator therefore counts by thread; the meter of a run reads the counts.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use tikv_jemallocator::Jemalloc;

thread_local! {
    static HELD: Cell<i64> = const { Cell::new(0) };
    static TAKEN: Cell<u64> = const { Cell::new(0) };
}

/// Bytes that this thread took and has not given back; below zero if it gave back what others took.
pub fn held() -> i64 {
    HELD.with(Cell::get)
}

/// Bytes that this thread ever took.
pub fn taken() -> u64 {
    TAKEN.with(Cell::get)
}

fn count(more: usize, less: usize) {
    // A thread that is ending may have lost its counters; what it does then is no script's.
    let _ = HELD.try_with(|held| held.set(held.get() + more as i64 - less as i64));
    let _ = TAKEN.try_with(|taken| taken.set(taken.get().wrapping_add(more as u64)));
}

/// The process's allocator, with the counts.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe by its interface; every call goes on to jemalloc's unchanged"
)]
// SAFETY: sizes and pointers go to and from `Jemalloc` as they are; counting neither allocates nor panics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise, passed on.
        unsafe { Jemalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise, passed on.
        unsafe { Jemalloc.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { Jemalloc.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { Jemalloc.realloc(at, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_thread_holds_is_counted_and_given_back() {
        let before = held();
        let block = vec![1_u8; 1 << 20];
        assert!(held() - before >= 1 << 20);
        drop(block);
        assert!(held() - before < 1 << 16);
    }
}
