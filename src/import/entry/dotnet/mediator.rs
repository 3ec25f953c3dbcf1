//! What a mediator calls: `mediator.Send(new GetOrders())` runs the handler of `GetOrders`.

use std::collections::BTreeMap;

use crate::{
    facts::{Call, CallKind, Certainty, FunctionId, ModuleId},
    import::{
        code::{
            outline::FunctionDecl,
            resolve::{Resolved, Source},
            types::TypeId,
        },
        entry::Entries,
    },
};

/// Outside interfaces whose first argument is what is handled, with the function that handles it.
const HANDLERS: [(&str, &str); 9] = [
    ("IRequestHandler", "Handle"),
    ("INotificationHandler", "Handle"),
    ("IStreamRequestHandler", "Handle"),
    ("AsyncRequestHandler", "Handle"),
    ("RequestHandler", "Handle"),
    ("ICommandHandler", "Handle"),
    ("IQueryHandler", "Handle"),
    ("ICommandHandler", "HandleAsync"),
    ("IQueryHandler", "HandleAsync"),
];

/// Adds the calls from whoever sends a request or publishes a notification to those that handle it.
pub(super) fn connect(sources: &[Source], resolved: &Resolved<'_>, entries: &mut Entries) {
    let handlers = handlers(sources, resolved);
    if handlers.is_empty() {
        return;
    }
    for use_ in resolved.uses.iter().flatten() {
        let sends = matches!(use_.member, "Send" | "SendAsync" | "Publish" | "PublishAsync");
        let of_library = use_.target.is_none();
        let Some(request) = use_.arg_types.first().and_then(|ty| ty.monolith()) else { continue };
        if !sends || !of_library {
            continue;
        }
        for (module, function) in handlers.get(&request).into_iter().flatten() {
            entries.calls.push(Call {
                from_module: use_.module,
                from_function: use_.function,
                to_module: *module,
                to_function: Some(*function),
                kind: CallKind::Call,
                line: use_.line,
                certainty: Certainty::Exact,
                in_loop: use_.in_loop,
            });
        }
    }
}

fn handlers(
    sources: &[Source],
    resolved: &Resolved<'_>,
) -> BTreeMap<TypeId, Vec<(ModuleId, FunctionId)>> {
    let mut found: BTreeMap<TypeId, Vec<(ModuleId, FunctionId)>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        if source.language.name() != "C#" {
            continue;
        }
        let module = ModuleId::at(at);
        for (place, decl) in source.outline.types.iter().enumerate() {
            for written in &decl.supers {
                let name = written.name.rsplit('.').next().unwrap_or(&written.name);
                let Some(request) = written.args.first() else { continue };
                let is_one = |(base, _): &&(&str, &str)| *base == name;
                for (_, handle) in HANDLERS.iter().filter(is_one) {
                    let ty = resolved.symbols.resolve_type(module, Some(place), request);
                    let Some(request) = ty.monolith() else { continue };
                    let own = source
                        .outline
                        .functions
                        .iter()
                        .enumerate()
                        .filter(|(_, it)| it.owner == Some(place) && it.name == *handle);
                    // A class may handle several requests.
                    let takes = |function: &FunctionDecl| {
                        let first = function.params.first()?.ty.as_ref()?;
                        resolved.symbols.resolve_type(module, Some(place), first).monolith()
                    };
                    let ids = own
                        .filter(|(_, function)| takes(function) == Some(request))
                        .filter_map(|(index, _)| resolved.symbols.function_id(module, index));
                    found.entry(request).or_default().extend(ids.map(|id| (module, id)));
                }
            }
        }
    }
    found
}
