use seamline::import::{
    history::{self, git},
    progress::Unwatched,
};
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let t = std::time::Instant::now();
    let raw = git::read(root.as_ref(), &Unwatched);
    eprintln!("{} {:?} {:?}", raw.note, t.elapsed(), raw.warnings);
    if std::env::args().nth(2).is_some() {
        for c in &raw.commits {
            println!("{} {} {} <{}>", c.id, c.time, c.name, c.email);
            let mut p: Vec<&str> = c
                .changes
                .iter()
                .flat_map(|c| std::iter::once(c.path.as_str()).chain(c.from.as_deref()))
                .collect();
            p.sort();
            for p in p {
                println!("{p}");
            }
        }
    }
    let _ = history::HistorySource::Found;
}
