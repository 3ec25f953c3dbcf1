//! Entry points that annotations, attributes or decorators declare, for every framework by one table of rules.
//!
//! A framework is added by a line for each of its annotations.

use rustc_hash::FxHashMap;

use super::{constants::Constants, python::mounts::Mounts};
use crate::{
    facts::{EntryKind, ModuleId},
    import::code::outline::{Annotation, Expr, ExprKind, FunctionDecl, TypeDecl},
};

/// What an annotation of one name makes of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// The annotation's name without what qualifies it.
    pub annotation: &'static str,
    pub kind: EntryKind,
    pub route: Route,
}

/// How the route of an entry point is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Route {
    /// A path under that of the class, for one HTTP method.
    Path(&'static str),
    /// A path under that of the class, for the methods that an argument lists.
    Methods { argument: &'static str },
    /// The HTTP method alone; the path is told by another annotation of this name, if at all.
    PathBeside { method: &'static str, annotation: &'static str },
    /// Texts of the first of these arguments that is there.
    Texts(&'static [&'static str]),
    /// A word and the function's name: `QUERY orders`.
    Named(&'static str),
    /// The class of the event: an argument's, else the first parameter's.
    Event,
}

/// An annotation of classes that tells a path for all their functions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prefix {
    pub annotation: &'static str,
    pub arguments: &'static [&'static str],
}

/// The rules of one family of languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framework {
    pub languages: &'static [&'static str],
    pub rules: &'static [Rule],
    pub prefixes: &'static [Prefix],
    /// Annotations of classes that call others' routes instead of serving them.
    pub clients: &'static [&'static str],
}

const PATHS: &[&str] = &["value", "path", "uri"];

const fn rule(annotation: &'static str, kind: EntryKind, route: Route) -> Rule {
    Rule { annotation, kind, route }
}

/// Spring, Jakarta, Micronaut, Quarkus and what runs beside them.
pub(crate) const JVM: Framework = Framework {
    languages: &["Java", "Kotlin"],
    rules: &[
        rule("RequestMapping", EntryKind::Http, Route::Methods { argument: "method" }),
        rule("GetMapping", EntryKind::Http, Route::Path("GET")),
        rule("PostMapping", EntryKind::Http, Route::Path("POST")),
        rule("PutMapping", EntryKind::Http, Route::Path("PUT")),
        rule("PatchMapping", EntryKind::Http, Route::Path("PATCH")),
        rule("DeleteMapping", EntryKind::Http, Route::Path("DELETE")),
        rule("Get", EntryKind::Http, Route::Path("GET")),
        rule("Post", EntryKind::Http, Route::Path("POST")),
        rule("Put", EntryKind::Http, Route::Path("PUT")),
        rule("Patch", EntryKind::Http, Route::Path("PATCH")),
        rule("Delete", EntryKind::Http, Route::Path("DELETE")),
        rule("GET", EntryKind::Http, Route::PathBeside { method: "GET", annotation: "Path" }),
        rule("POST", EntryKind::Http, Route::PathBeside { method: "POST", annotation: "Path" }),
        rule("PUT", EntryKind::Http, Route::PathBeside { method: "PUT", annotation: "Path" }),
        rule("PATCH", EntryKind::Http, Route::PathBeside { method: "PATCH", annotation: "Path" }),
        rule("DELETE", EntryKind::Http, Route::PathBeside { method: "DELETE", annotation: "Path" }),
        rule("HEAD", EntryKind::Http, Route::PathBeside { method: "HEAD", annotation: "Path" }),
        rule(
            "OPTIONS",
            EntryKind::Http,
            Route::PathBeside { method: "OPTIONS", annotation: "Path" },
        ),
        rule("QueryMapping", EntryKind::Http, Route::Named("QUERY")),
        rule("MutationMapping", EntryKind::Http, Route::Named("MUTATION")),
        rule("SubscriptionMapping", EntryKind::Http, Route::Named("SUBSCRIPTION")),
        rule("DgsQuery", EntryKind::Http, Route::Named("QUERY")),
        rule("DgsMutation", EntryKind::Http, Route::Named("MUTATION")),
        rule("WebMethod", EntryKind::Http, Route::Named("SOAP")),
        rule("PayloadRoot", EntryKind::Http, Route::Texts(&["localPart"])),
        rule(
            "Scheduled",
            EntryKind::Job,
            Route::Texts(&["cron", "fixedRateString", "fixedDelayString", "every"]),
        ),
        rule("Schedules", EntryKind::Job, Route::Texts(&[])),
        rule("Schedule", EntryKind::Job, Route::Texts(&["info", "hour", "minute"])),
        rule("Recurring", EntryKind::Job, Route::Texts(&["cron", "interval"])),
        rule("XxlJob", EntryKind::Job, Route::Texts(&["value"])),
        rule(
            "KafkaListener",
            EntryKind::Message,
            Route::Texts(&["topics", "topicPattern", "value"]),
        ),
        rule("RabbitListener", EntryKind::Message, Route::Texts(&["queues", "value"])),
        rule("JmsListener", EntryKind::Message, Route::Texts(&["destination"])),
        rule("SqsListener", EntryKind::Message, Route::Texts(&["value", "queueNames"])),
        rule("StreamListener", EntryKind::Message, Route::Texts(&["value", "target"])),
        rule("ServiceActivator", EntryKind::Message, Route::Texts(&["inputChannel"])),
        rule("MessageMapping", EntryKind::Message, Route::Texts(&["value"])),
        rule("SubscribeMapping", EntryKind::Message, Route::Texts(&["value"])),
        rule("Incoming", EntryKind::Message, Route::Texts(&["value"])),
        rule("Topic", EntryKind::Message, Route::Texts(&["value"])),
        rule("RabbitHandler", EntryKind::Message, Route::Event),
        rule("KafkaHandler", EntryKind::Message, Route::Event),
        rule("EventListener", EntryKind::Message, Route::Event),
        rule("TransactionalEventListener", EntryKind::Message, Route::Event),
        rule("ApplicationModuleListener", EntryKind::Message, Route::Event),
        rule("EventHandler", EntryKind::Message, Route::Event),
        rule("CommandHandler", EntryKind::Message, Route::Event),
        rule("Subscribe", EntryKind::Message, Route::Event),
        rule("OnMessage", EntryKind::Message, Route::Texts(&[])),
        rule("ShellMethod", EntryKind::Command, Route::Texts(&["key"])),
    ],
    prefixes: &[
        Prefix { annotation: "RequestMapping", arguments: PATHS },
        Prefix { annotation: "Path", arguments: PATHS },
        Prefix { annotation: "Controller", arguments: &["value"] },
        Prefix { annotation: "MessageMapping", arguments: PATHS },
    ],
    clients: &["FeignClient", "RegisterRestClient", "HttpExchange", "Client", "RetrofitClient"],
};

/// NestJS and its neighbours.
pub(crate) const NEST: Framework = Framework {
    languages: &["TypeScript", "JavaScript"],
    rules: &[
        rule("Get", EntryKind::Http, Route::Path("GET")),
        rule("Post", EntryKind::Http, Route::Path("POST")),
        rule("Put", EntryKind::Http, Route::Path("PUT")),
        rule("Patch", EntryKind::Http, Route::Path("PATCH")),
        rule("Delete", EntryKind::Http, Route::Path("DELETE")),
        rule("All", EntryKind::Http, Route::Path("ANY")),
        rule("Head", EntryKind::Http, Route::Path("HEAD")),
        rule("Options", EntryKind::Http, Route::Path("OPTIONS")),
        rule("Sse", EntryKind::Http, Route::Path("GET")),
        rule("httpGet", EntryKind::Http, Route::Path("GET")),
        rule("httpPost", EntryKind::Http, Route::Path("POST")),
        rule("httpPut", EntryKind::Http, Route::Path("PUT")),
        rule("httpPatch", EntryKind::Http, Route::Path("PATCH")),
        rule("httpDelete", EntryKind::Http, Route::Path("DELETE")),
        rule("GrpcMethod", EntryKind::Http, Route::Named("GRPC")),
        rule("Query", EntryKind::Http, Route::Named("QUERY")),
        rule("Mutation", EntryKind::Http, Route::Named("MUTATION")),
        rule("Subscription", EntryKind::Http, Route::Named("SUBSCRIPTION")),
        rule("Cron", EntryKind::Job, Route::Texts(&["value"])),
        rule("Interval", EntryKind::Job, Route::Texts(&["value"])),
        rule("Process", EntryKind::Message, Route::Texts(&["value"])),
        rule("MessagePattern", EntryKind::Message, Route::Texts(&["value"])),
        rule("EventPattern", EntryKind::Message, Route::Texts(&["value"])),
        rule("OnEvent", EntryKind::Message, Route::Texts(&["value"])),
        rule("SubscribeMessage", EntryKind::Message, Route::Texts(&["value"])),
    ],
    prefixes: &[
        Prefix { annotation: "Controller", arguments: &["value", "path"] },
        Prefix { annotation: "JsonController", arguments: &["value"] },
        Prefix { annotation: "controller", arguments: &["value"] },
        Prefix { annotation: "Route", arguments: &["value"] },
    ],
    clients: &[],
};

/// FastAPI, Flask, Django, Celery and click: decorators of functions.
pub(crate) const PYTHON: Framework = Framework {
    languages: &["Python"],
    rules: &[
        rule("get", EntryKind::Http, Route::Path("GET")),
        rule("post", EntryKind::Http, Route::Path("POST")),
        rule("put", EntryKind::Http, Route::Path("PUT")),
        rule("patch", EntryKind::Http, Route::Path("PATCH")),
        rule("delete", EntryKind::Http, Route::Path("DELETE")),
        rule("route", EntryKind::Http, Route::Methods { argument: "methods" }),
        rule("mutation", EntryKind::Http, Route::Named("MUTATION")),
        rule("view_config", EntryKind::Http, Route::Texts(&["route_name"])),
        rule("shared_task", EntryKind::Message, Route::Texts(&["name"])),
        rule("task", EntryKind::Message, Route::Texts(&["name"])),
        rule("periodic_task", EntryKind::Job, Route::Texts(&["name"])),
        rule("job", EntryKind::Job, Route::Texts(&["name"])),
        rule("receiver", EntryKind::Message, Route::Event),
        rule("command", EntryKind::Command, Route::Texts(&["name", "value"])),
    ],
    prefixes: &[],
    clients: &[],
};

/// Symfony's attributes.
pub(crate) const PHP: Framework = Framework {
    languages: &["PHP"],
    rules: &[
        rule("Route", EntryKind::Http, Route::Methods { argument: "methods" }),
        rule("AsMessageHandler", EntryKind::Message, Route::Event),
        rule("AsCommand", EntryKind::Command, Route::Texts(&["name", "value"])),
    ],
    prefixes: &[Prefix { annotation: "Route", arguments: &["value", "path"] }],
    clients: &[],
};

/// Every framework that is known.
pub(crate) const FRAMEWORKS: &[&Framework] = &[&JVM, &NEST, &PYTHON, &PHP];

impl Framework {
    fn rule(&self, annotation: &Annotation) -> Option<&'static Rule> {
        let name = last_segment(&annotation.name);
        let name = name.strip_suffix("Attribute").unwrap_or(name);
        let rule = self.rules.iter().find(|rule| rule.annotation == name)?;
        // A bare `@get` or `@task` in Python is some decorator; an object's is a framework's.
        let bare = !annotation.name.contains('.') && name.starts_with(char::is_lowercase);
        let known_bare =
            matches!(name, "shared_task" | "task" | "receiver" | "job" | "view_config");
        (!bare || known_bare || !self.languages.contains(&"Python")).then_some(rule)
    }

    /// The paths that the annotations of a class put before those of its functions.
    fn prefixes(
        &self,
        annotations: &[Annotation],
        module: usize,
        constants: &Constants,
    ) -> Vec<String> {
        let found = self.prefixes.iter().find_map(|prefix| {
            let annotation = annotations
                .iter()
                .find(|annotation| last_segment(&annotation.name) == prefix.annotation)?;
            let paths = constants.texts(module, annotation, prefix.arguments);
            (!paths.is_empty()).then_some(paths)
        });
        found.unwrap_or_else(|| vec![String::new()])
    }
}

/// What is known of a function besides itself.
pub(crate) struct Context<'a> {
    pub module: usize,
    pub language: &'a str,
    pub owner: Option<&'a TypeDecl>,
    pub constants: &'a Constants,
    pub mounts: &'a Mounts<'a>,
}

/// The kinds and routes under which a function's annotations make it an entry point.
pub(crate) fn entries(function: &FunctionDecl, context: &Context<'_>) -> Vec<(EntryKind, String)> {
    let mut entries = Vec::new();
    let frameworks = FRAMEWORKS.iter().filter(|f| f.languages.contains(&context.language));
    for framework in frameworks {
        let annotations = context.owner.map_or(&[][..], |owner| &owner.annotations);
        let is_client = |a: &Annotation| framework.clients.contains(&last_segment(&a.name));
        if annotations.iter().any(is_client) {
            continue;
        }
        for annotation in &function.annotations {
            if let Some(rule) = framework.rule(annotation) {
                let mut prefixes =
                    framework.prefixes(annotations, context.module, context.constants);
                if let ("Python", Some((object, _))) =
                    (context.language, annotation.name.rsplit_once('.'))
                {
                    let module = ModuleId::at(context.module);
                    let mounted = context.mounts.prefixes(module, object, annotation.line);
                    prefixes = if mounted.is_empty() { prefixes } else { mounted };
                }
                for route in routes(rule, annotation, function, &prefixes, context) {
                    entries.push((rule.kind, route));
                }
            }
        }
    }
    entries
}

fn routes(
    rule: &Rule,
    annotation: &Annotation,
    function: &FunctionDecl,
    prefixes: &[String],
    context: &Context<'_>,
) -> Vec<String> {
    let texts = |annotation: &Annotation, arguments: &[&str]| {
        context.constants.texts(context.module, annotation, arguments)
    };
    let under = |method: &str, paths: Vec<String>| {
        let paths = if paths.is_empty() { vec![String::new()] } else { paths };
        let class = context.owner.map_or("", |owner| last_segment(&owner.name));
        let join = |prefix: &String, path: &String| {
            format!("{method} {}", join_path(prefix, path, class, &function.name))
        };
        let each = |prefix| paths.iter().map(move |path| (prefix, path));
        prefixes.iter().flat_map(each).map(|(prefix, path)| join(prefix, path)).collect::<Vec<_>>()
    };
    match rule.route {
        Route::Path(method) => under(method, texts(annotation, PATHS)),
        Route::Methods { argument } => {
            let methods = methods(annotation, argument);
            let paths = texts(annotation, PATHS);
            methods.iter().flat_map(|method| under(method, paths.clone())).collect()
        }
        Route::PathBeside { method, annotation: beside } => {
            let beside = function.annotations.iter().find(|a| last_segment(&a.name) == beside);
            under(method, beside.map(|beside| texts(beside, PATHS)).unwrap_or_default())
        }
        Route::Texts(arguments) => {
            let found = arguments.iter().map(|name| texts(annotation, &[*name]));
            vec![found.into_iter().find(|t| !t.is_empty()).unwrap_or_default().join(", ")]
        }
        Route::Named(word) => vec![format!("{word} {}", function.name)],
        Route::Event => vec![event(annotation, function)],
    }
}

/// The HTTP methods that an argument lists, `ANY` where there is no such argument.
fn methods(annotation: &Annotation, argument: &str) -> Vec<String> {
    let listed = annotation.args.iter().find(|arg| arg.name.as_deref() == Some(argument));
    let items = listed.map(|arg| items(&arg.value)).unwrap_or_default();
    let methods: Vec<String> = items
        .into_iter()
        .filter_map(|item| match &item.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) | ExprKind::Text(name) => {
                Some(name.to_uppercase())
            }
            _ => None,
        })
        .collect();
    if methods.is_empty() { vec!["ANY".to_owned()] } else { methods }
}

pub(crate) fn items(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::List(items) => items.iter().collect(),
        ExprKind::Same(inner) => items(inner),
        _ => vec![expr],
    }
}

fn event(annotation: &Annotation, function: &FunctionDecl) -> String {
    let named =
        annotation.args.iter().flat_map(|arg| items(&arg.value)).find_map(|item| {
            match &item.kind {
                ExprKind::Type(ty) => Some(ty.name.clone()),
                ExprKind::Text(text) => Some(text.clone()),
                ExprKind::Name(name) | ExprKind::Member(_, name) => Some(name.clone()),
                _ => None,
            }
        });
    let parameter = || function.params.first().and_then(|param| param.ty.as_ref());
    let name = named.or_else(|| parameter().map(|ty| ty.name.clone())).unwrap_or_default();
    last_segment(&name).to_owned()
}

/// A class's path and a function's as one, with one `/` between and at the start.
///
/// ASP.NET's `[controller]` and `[action]` stand for the names of class and function, and a path with `/` or `~/`
/// before it leaves the class's out; elsewhere a leading `/` says nothing.
pub(crate) fn join_path(prefix: &str, path: &str, class: &str, function: &str) -> String {
    let whole = if path.starts_with("~/") {
        path.trim_start_matches('~').to_owned()
    } else {
        format!("{prefix}/{path}")
    };
    let class = class.strip_suffix("Controller").unwrap_or(class).to_lowercase();
    let whole = whole.replace("[controller]", &class).replace("[action]", &function.to_lowercase());
    let parts: Vec<&str> = whole.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

pub(crate) fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// For each module, the functions that a framework runs before every entry point of the same class.
pub(crate) fn run_before(functions: &[FunctionDecl]) -> FxHashMap<usize, Vec<usize>> {
    let mut before: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (place, function) in functions.iter().enumerate() {
        let named = |name: &str| function.annotations.iter().any(|a| last_segment(&a.name) == name);
        if let (true, Some(owner)) = (named("ModelAttribute"), function.owner) {
            before.entry(owner).or_default().push(place);
        }
    }
    before
}
