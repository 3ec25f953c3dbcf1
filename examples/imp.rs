use seamline::import::{self, Options, progress::Unwatched};
fn main() {
    let t = std::time::Instant::now();
    let folder = std::env::args().nth(1).unwrap();
    let f =
        import::run(&Options { folder: folder.into(), ..Options::default() }, &Unwatched).unwrap();
    println!(
        "{} {:?}: modules {} functions {} calls {} (exact {}) tables {} fks {} accesses {} joins {} entries {} transactions {} commits {} authors {} teams {} warnings {}",
        f.name,
        t.elapsed(),
        f.modules.len(),
        f.functions.len(),
        f.calls.len(),
        f.calls.iter().filter(|c| c.certainty == seamline::facts::Certainty::Exact).count(),
        f.tables.len(),
        f.foreign_keys.len(),
        f.accesses.len(),
        f.joins.len(),
        f.entry_points.len(),
        f.transactions.len(),
        f.commits.len(),
        f.authors.len(),
        f.teams.len(),
        f.warnings.len()
    );
    for l in &f.report.languages {
        println!(
            "  {} files {} lines {} err {} refs {:?} {:?}",
            l.language, l.files, l.lines, l.files_with_errors, l.references, l.most_unresolved
        );
    }
    for w in f.warnings.iter().take(8) {
        println!("  ! {w}");
    }
    for e in f.report.excluded.iter().take(8) {
        println!("  - {} {:?} {}", e.path, e.reason, e.files);
    }
    if let Some(k) = std::env::args().nth(2) {
        if k == "calls" {
            for c in f.calls.iter().take(100000) {
                if c.from_module != c.to_module {
                    println!(
                        "{}:{} {} {} {:?}",
                        f.module(c.from_module).path,
                        c.line,
                        c.kind.word(),
                        f.module(c.to_module).path,
                        c.certainty
                    );
                }
            }
        }
        if k == "notation" {
            println!("{}", seamline::facts::notation::print(&f));
        }
    }
}
