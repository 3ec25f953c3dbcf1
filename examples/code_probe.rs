use rayon::prelude::*;
use seamline::{
    facts::CallKind,
    import::{
        code::resolve::{Source, resolve},
        progress::Unwatched,
        walk::{Choice, content, walk},
    },
};
use std::{collections::BTreeMap, path::Path, time::Instant};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let root = Path::new(&args[1]);
    let start = Instant::now();
    let walked = walk(root, &Choice::default(), &Unwatched);
    eprintln!("walk {:?} sources {}", start.elapsed(), walked.sources.len());
    let start = Instant::now();
    let sources: Vec<Source> = walked
        .sources
        .par_iter()
        .filter_map(|(path, language)| {
            if let Some(only) = args.get(3)
                && language.name() != only
            {
                return None;
            }
            let text = String::from_utf8_lossy(&std::fs::read(root.join(path)).ok()?)
                .replace("\r\n", "\n");
            let text = text.trim_start_matches('\u{feff}').to_owned();
            if content(&text).is_some() {
                return None;
            }
            Some(Source {
                path: path.clone(),
                language: *language,
                outline: language.outline(path, &text),
            })
        })
        .collect();
    let lines: u32 = sources.iter().map(|s| s.outline.lines).sum();
    let bad = sources.iter().filter(|s| !s.outline.errors.is_empty()).count();
    eprintln!(
        "outline {:?} files {} lines {lines} with errors {bad}",
        start.elapsed(),
        sources.len()
    );
    let manifests: Vec<(String, String)> = walked
        .manifests
        .iter()
        .filter_map(|p| Some((p.clone(), std::fs::read_to_string(root.join(p)).ok()?)))
        .collect();
    let start = Instant::now();
    let resolved = resolve(&sources, &manifests, &Unwatched);
    eprintln!(
        "resolve {:?} functions {} calls {} uses {}",
        start.elapsed(),
        resolved.functions.len(),
        resolved.calls.len(),
        resolved.uses.iter().map(Vec::len).sum::<usize>()
    );
    for (name, report) in &resolved.languages {
        let r = report.references;
        let share =
            f64::from(r.exact + r.by_name) / f64::from((r.exact + r.by_name + r.unresolved).max(1));
        eprintln!("{name}: {r:?} share {share:.4}\n  {:?}", report.most_unresolved);
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    eprintln!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or(""));
    match args.get(2).map(String::as_str) {
        Some("deps") => {
            let mut deps: BTreeMap<(&str, &str), [u32; 5]> = BTreeMap::new();
            for call in &resolved.calls {
                if call.from_module != call.to_module {
                    let at = CallKind::ALL.iter().position(|k| *k == call.kind).unwrap();
                    deps.entry((
                        &sources[call.from_module.index()].path,
                        &sources[call.to_module.index()].path,
                    ))
                    .or_default()[at] += 1;
                }
            }
            println!("from,to,calls,constructs,inherits,types,imports");
            for ((a, b), n) in deps {
                println!("{a},{b},{},{},{},{},{}", n[0], n[1], n[2], n[3], n[4]);
            }
        }
        Some("calls") => {
            for call in &resolved.calls {
                let f = |id: Option<seamline::facts::FunctionId>| {
                    id.map_or(String::new(), |id| resolved.functions[id.index()].name.clone())
                };
                println!(
                    "{}:{} {} {:?} -> {} {} {:?} {}",
                    sources[call.from_module.index()].path,
                    call.line,
                    f(call.from_function),
                    call.kind,
                    sources[call.to_module.index()].path,
                    f(call.to_function),
                    call.certainty,
                    call.in_loop
                );
            }
        }
        Some("uses") => {
            for u in resolved.uses.iter().flatten() {
                println!(
                    "{}:{} {:?} . {} -> {:?} {:?}",
                    sources[u.module.index()].path,
                    u.line,
                    u.receiver,
                    u.member,
                    u.result,
                    u.target
                );
            }
        }
        _ => {}
    }
}
