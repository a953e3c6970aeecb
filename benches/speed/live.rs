//! From saving a script to its going live, the watcher and the child process for samples included.

use super::house::{House, on_runtime};
use super::measure::{median, worked};
use innkeeper::bundle::{Bundle, Source};
use innkeeper::worker::{Stopper, reload};
use std::fs;
use std::time::{Duration, Instant};

/// All figures.
pub fn all() {
    on_runtime(async {
        let house = House::with(&[("a.rhai", &script(0))]).await;
        let (stopper, stop) = Stopper::new();
        let watching = tokio::spawn(reload::run(house.app.clone(), stop));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (mut times, mut builds) = (Vec::new(), Vec::new());
        for n in 1..=15 {
            let before = house.app.bundle();
            let start = Instant::now();
            fs::write(house.data().join("hooks/a.rhai"), script(n)).unwrap();
            while house.app.bundle().hash == before.hash {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            times.push(start.elapsed().as_secs_f64() * 1e3);
            let source = Source::read(house.data(), &house.app.config).unwrap();
            let build = || Bundle::build(&source, &before.files, Some(&before));
            builds.push(worked(build).1);
        }
        stopper.stop();
        watching.await.unwrap();
        println!(
            "save to live: {:.0} ms (goal 150), of which {:.1} ms to read and check here; the rest is the watcher's pause and the child",
            median(times),
            median(builds)
        );
    });
}

fn script(n: usize) -> String {
    format!(
        "before(\"invite.send\", |draft| {{ if draft.email == \"{n}@example.com\" {{ deny(\"No.\"); }} }});\n"
    )
}
