//! Threads on which mail is made, beside those that serve requests.

use crate::error::{Error, Result};
use std::{
    collections::VecDeque,
    fmt,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// Work that waits for one of as many threads as there are processors. A thread that has done one piece takes up the next, so that
/// while there is work nobody is woken for it.
pub struct Makers {
    queue: Mutex<Queue>,
    most: usize,
}

impl Default for Makers {
    fn default() -> Self {
        let most = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { queue: Mutex::default(), most }
    }
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    threads: usize,
}

impl fmt::Debug for Makers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = self.queue();
        write!(f, "Makers({} wait for {} threads)", queue.waiting.len(), queue.threads)
    }
}

impl Makers {
    /// Does `work`: a template may loop, and an event name thousands of people.
    ///
    /// # Errors
    /// If the work ends in a panic, or the server stops.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (done, made) = oneshot::channel();
        // Whoever waits may have gone.
        let work = move || drop(done.send(work()));
        if let Some(thread) = self.queued(Box::new(work)) {
            tokio::task::spawn_blocking(move || thread.run());
        }
        made.await.map_err(|_| Error::internal("making a mail ended in a panic, or with the server"))
    }

    /// Puts work into the queue; gives a thread that is to be begun for it.
    fn queued(self: &Arc<Self>, work: Work) -> Option<Thread> {
        let mut queue = self.queue();
        queue.waiting.push_back(work);
        (queue.threads < self.most).then(|| {
            queue.threads += 1;
            Thread { makers: Arc::clone(self), is_counted: true }
        })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the threads; counted until it finds nothing more, or is never begun because the server stops.
struct Thread {
    makers: Arc<Makers>,
    is_counted: bool,
}

impl Thread {
    fn run(mut self) {
        while let Some(work) = self.next() {
            // The panic was logged; what waits behind is not to be lost over it.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    }

    fn next(&mut self) -> Option<Work> {
        let mut queue = self.makers.queue();
        let work = queue.waiting.pop_front();
        if work.is_none() {
            // Under the same lock: whoever brings work after this begins another thread.
            queue.threads -= 1;
            self.is_counted = false;
        }
        work
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if self.is_counted {
            self.makers.queue().threads -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_work_is_done_and_a_panic_is_its_own() {
        let makers = Arc::<Makers>::default();
        let mut under_way = tokio::task::JoinSet::new();
        for number in 0..1_000 {
            let makers = Arc::clone(&makers);
            under_way.spawn(async move {
                makers.run(move || if number % 100 == 7 { panic!("{number}") } else { number }).await.ok()
            });
        }
        let done = under_way.join_all().await;
        assert_eq!(done.iter().flatten().count(), 990);
        assert_eq!(makers.run(|| 1).await.ok(), Some(1));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn threads_end_when_nothing_waits_and_begin_again() {
        let makers = Arc::<Makers>::default();
        for number in 0..2_000 {
            assert_eq!(makers.run(move || number).await.ok(), Some(number));
        }
        let end = async {
            while makers.queue().threads > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), end).await.unwrap();
    }
}
