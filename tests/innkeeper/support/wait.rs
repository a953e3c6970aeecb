//! Waiting for what another process will do: often asked, never slept for, always bounded.

use std::time::{Duration, Instant};

/// How long a person would wait before calling it broken. A loaded machine needs most of it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is an answer, for at most [`PATIENCE`]; `what` finishes the sentence "waited in vain for …".
///
/// # Panics
/// When the time is over.
pub async fn until<T, F>(what: impl AsRef<str>, ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    match within(PATIENCE, ask).await {
        Some(answer) => answer,
        None => panic!("waited {} s in vain for {}", PATIENCE.as_secs(), what.as_ref()),
    }
}

/// Asks until there is an answer, or `None` when `patience` is over; always asks at least once.
pub async fn within<T, F>(patience: Duration, mut ask: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Option<T>>,
{
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_answer_ends_the_wait() {
    let mut asked = 0;
    let answer = until("a third question", || {
        asked += 1;
        let answer = (asked == 3).then_some(asked);
        async move { answer }
    })
    .await;
    assert_eq!(answer, 3);
}

#[tokio::test]
async fn no_answer_is_not_waited_for_for_ever() {
    assert_eq!(within(Duration::from_millis(50), || async { None::<()> }).await, None);
}
