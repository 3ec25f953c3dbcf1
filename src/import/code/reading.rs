//! What tests of languages say of a monolith that was read: one line a reference between modules.

use super::resolve::{Resolved, Source};

/// `from kind to#function`, ordered and without repetitions; calls in loops say so.
pub(super) fn lines(sources: &[Source], resolved: &Resolved<'_>) -> Vec<String> {
    let name = |id: crate::facts::FunctionId| resolved.functions[id.index()].name.clone();
    let mut lines: Vec<String> = resolved
        .calls
        .iter()
        .filter(|call| call.from_module != call.to_module)
        .map(|call| {
            let (from, to) = (&sources[call.from_module.index()], &sources[call.to_module.index()]);
            let function = call.to_function.map(|id| format!("#{}", name(id))).unwrap_or_default();
            let looped = if call.in_loop { " in a loop" } else { "" };
            format!("{} {} {}{function}{looped}", from.path, call.kind.word(), to.path)
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}
