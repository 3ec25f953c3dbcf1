use seamline::import::{
    history::{self, Today},
    progress::Unwatched,
};
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let mut modules: Vec<String> =
        std::io::read_to_string(std::io::stdin()).unwrap().lines().map(str::to_owned).collect();
    modules.sort();
    let schema = Default::default();
    let h = history::read(
        root.as_ref(),
        &history::HistorySource::Found,
        &Today { modules: &modules, schema: &schema },
        &Unwatched,
    );
    println!(
        "{} modules {} bulk {} authors {}",
        h.note,
        modules.len(),
        h.commits.iter().filter(|c| c.bulk.is_some()).count(),
        h.authors.len()
    );
    let mut by: std::collections::BTreeMap<String, usize> = Default::default();
    for c in &h.commits {
        if let Some(b) = &c.bulk {
            let k: String = b
                .split_whitespace()
                .filter(|w| !w.chars().next().unwrap().is_ascii_digit())
                .collect::<Vec<_>>()
                .join(" ");
            *by.entry(k).or_default() += 1;
        }
    }
    let mut v: Vec<_> = by.into_iter().collect();
    v.sort_by_key(|x| std::cmp::Reverse(x.1));
    for (k, n) in v.iter().take(14) {
        println!("  {n} {k}");
    }
    let mut sizes: Vec<usize> =
        h.commits.iter().filter(|c| c.bulk.is_none()).map(|c| c.modules.len()).collect();
    sizes.sort();
    println!(
        "  ordinary sizes: median {} p90 {} p99 {} max {}",
        sizes[sizes.len() / 2],
        sizes[sizes.len() * 9 / 10],
        sizes[sizes.len() * 99 / 100],
        sizes.last().unwrap()
    );
    for t in h.teams {
        println!("  team {} {}", t.name, t.modules.len());
    }
}
