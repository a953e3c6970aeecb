//! ad hoc
use super::*;

#[test]
fn speed_of_a_thousand() {
    for name in ["hooks/ticket-mail.rhai", "hooks/available/eu-companies-only.rhai"] {
        let text = embedded()[name].to_string().replace("id: \"eu-companies-only\", ", "");
        let files: Files = (0..1000).map(|n| (format!("hooks/s{n:04}.rhai"), Arc::from(format!("// {n}\n{text}")))).collect();
        let start = std::time::Instant::now();
        let loaded = load(&files, &Files::new(), &Files::new(), &names(), None);
        let one = start.elapsed();
        let start = std::time::Instant::now();
        let again = load(&files, &Files::new(), &Files::new(), &names(), Some(&loaded.set));
        println!("{name}: {:?}, again {:?}, {} hooks {} reports", one, start.elapsed(), again.set.hooks().len(), loaded.reports.len());
    }
}
