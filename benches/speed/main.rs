//! How fast it is, as ratios that are taken in one run: `cargo bench` for all, `cargo bench -- hooks` for some.
//!
//! Times differ from machine to machine and from minute to minute; ratios between two things that are
//! measured in turn do not. To add a figure, add a function to the file of its subject.
#![expect(clippy::print_stdout, reason = "figures are this program's output")]
#![expect(clippy::disallowed_methods, reason = "what is measured here is time")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that cannot run has nothing to say")]

mod hooks;
mod house;
mod live;
mod load;
mod mail;
mod measure;
mod replay;
mod worker;

fn main() {
    // The server starts itself again as the child that tries samples; here, this program is the server.
    if std::env::args().nth(1).as_deref() == Some("try-samples") {
        let question = serde_json::from_reader(std::io::stdin().lock()).unwrap();
        println!("{}", serde_json::to_string(&innkeeper::bundle::answer_samples(question).unwrap()).unwrap());
        return;
    }
    // `cargo bench` passes `--bench`; everything else names what to measure.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let subjects: [(&str, fn()); 6] = [
        ("hooks", hooks::all),
        ("load", load::all),
        ("live", live::all),
        ("worker", worker::all),
        ("mail", mail::all),
        ("replay", replay::all),
    ];
    for (name, run) in subjects {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("== {name}");
            // As the server's threads are.
            let thread = std::thread::Builder::new().stack_size(innkeeper::hook::THREAD_STACK).spawn(run);
            thread.unwrap().join().unwrap();
        }
    }
}
