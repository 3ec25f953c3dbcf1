//! Entry points that a class has because of what it descends from: servlets, actions, jobs, listeners.

use super::constants::Constants;
use crate::{
    facts::{EntryKind, Visibility},
    import::code::{
        outline::{FunctionDecl, TypeDecl},
        symbols::Symbols,
        types::TypeId,
    },
};

/// A function that a framework calls on what descends from one of its types.
struct Inherited {
    base: &'static str,
    function: &'static str,
    kind: EntryKind,
    /// The HTTP method, for routes.
    method: &'static str,
}

const fn called(
    base: &'static str,
    function: &'static str,
    kind: EntryKind,
    method: &'static str,
) -> Inherited {
    Inherited { base, function, kind, method }
}

const INHERITED: &[Inherited] = &[
    called("HttpServlet", "doGet", EntryKind::Http, "GET"),
    called("HttpServlet", "doPost", EntryKind::Http, "POST"),
    called("HttpServlet", "doPut", EntryKind::Http, "PUT"),
    called("HttpServlet", "doDelete", EntryKind::Http, "DELETE"),
    called("HttpServlet", "service", EntryKind::Http, "ANY"),
    called("AbstractController", "handleRequestInternal", EntryKind::Http, "ANY"),
    called("SimpleFormController", "onSubmit", EntryKind::Http, "POST"),
    called("HttpRequestHandler", "handleRequest", EntryKind::Http, "ANY"),
    called("Action", "execute", EntryKind::Http, "ANY"),
    called("Job", "execute", EntryKind::Job, ""),
    called("QuartzJobBean", "executeInternal", EntryKind::Job, ""),
    called("TimerTask", "run", EntryKind::Job, ""),
    called("Tasklet", "execute", EntryKind::Job, ""),
    called("CronJob", "execute", EntryKind::Job, ""),
    called("BackgroundService", "ExecuteAsync", EntryKind::Job, ""),
    called("IHostedService", "StartAsync", EntryKind::Job, ""),
    called("MessageListener", "onMessage", EntryKind::Message, ""),
    called("ApplicationListener", "onApplicationEvent", EntryKind::Message, ""),
    called("IJob", "Execute", EntryKind::Job, ""),
    called("IConsumer", "Consume", EntryKind::Message, ""),
    called("INotificationHandler", "Handle", EntryKind::Message, ""),
    called("CommandLineRunner", "run", EntryKind::Command, ""),
    called("ApplicationRunner", "run", EntryKind::Command, ""),
    called("WorkerHost", "process", EntryKind::Message, ""),
    called("CommandRunner", "run", EntryKind::Command, ""),
    called("ICommandHandler", "execute", EntryKind::Message, ""),
    called("IQueryHandler", "execute", EntryKind::Message, ""),
    called("IEventHandler", "handle", EntryKind::Message, ""),
];

/// Bases whose descendants are forms and pages: every public function of a fitting shape is an event.
const ACTION_BASES: &[(&str, &str)] = &[("ActionBean", "Resolution"), ("ActionSupport", "String")];

/// The kind and route under which what a class descends from makes a function an entry point.
pub(crate) fn entries(
    symbols: &Symbols<'_>,
    class: TypeId,
    module: usize,
    decl: &TypeDecl,
    function: &FunctionDecl,
    constants: &Constants,
) -> Vec<(EntryKind, String)> {
    if function.body.is_empty() {
        return Vec::new();
    }
    let mut entries = Vec::new();
    for inherited in INHERITED.iter().filter(|inherited| inherited.function == function.name) {
        if symbols.descends_from(class, inherited.base) {
            let paths = class_paths(module, decl, constants);
            if inherited.method.is_empty() || paths.is_empty() {
                entries.push((inherited.kind, inherited.method.to_owned()));
            }
            for path in paths.iter().filter(|_| !inherited.method.is_empty()) {
                entries.push((inherited.kind, format!("{} {path}", inherited.method)));
            }
        }
    }
    if entries.is_empty() && is_event(symbols, class, function) {
        let path = class_paths(module, decl, constants).into_iter().next();
        let path = path.unwrap_or_else(|| format!("/{}", decl.name));
        entries.push((EntryKind::Http, format!("ANY {path}?{}", function.name)));
    }
    entries
}

/// Paths that annotations give to a whole class.
fn class_paths(module: usize, decl: &TypeDecl, constants: &Constants) -> Vec<String> {
    let named = decl.annotations.iter().find(|annotation| {
        matches!(
            super::annotated::last_segment(&annotation.name),
            "WebServlet" | "UrlBinding" | "RequestMapping" | "Action" | "Namespace"
        )
    });
    named
        .map(|annotation| constants.texts(module, annotation, &["urlPatterns", "value", "path"]))
        .unwrap_or_default()
}

fn is_event(symbols: &Symbols<'_>, class: TypeId, function: &FunctionDecl) -> bool {
    let Some(returns) = &function.returns else { return false };
    let accessor = ["get", "set", "is", "has", "validate", "prepare", "toString", "hash"]
        .iter()
        .any(|prefix| function.name.starts_with(prefix));
    function.visibility == Visibility::Public
        && !function.is_static
        && function.params.is_empty()
        && !accessor
        && ACTION_BASES.iter().any(|(base, result)| {
            super::annotated::last_segment(&returns.name).ends_with(result)
                && symbols.descends_from(class, base)
        })
}
