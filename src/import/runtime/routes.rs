//! Which entry point a request came in through, by the route that its trace names or the path it asked for.

use rustc_hash::FxHashMap;

use crate::facts::{EntryKind, EntryPoint, EntryPointId, Facts};

/// A part of a route between two `/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    /// Anything, whatever it is called: `{id}`, `:id`, `<int:id>`.
    Any,
    /// Anything, and all that follows: `*`, `{*rest}`.
    Rest,
}

/// The entry points by their routes.
pub(super) struct Routes {
    by_shape: FxHashMap<(String, Vec<Part>), Option<EntryPointId>>,
    /// Routes with parameters and without, for paths that were asked for.
    all: Vec<(String, Vec<Part>, EntryPointId)>,
    /// Topics, queues and names of jobs and commands.
    by_name: FxHashMap<String, Option<EntryPointId>>,
}

impl Routes {
    pub(super) fn new(facts: &Facts) -> Self {
        let mut routes =
            Self { by_shape: FxHashMap::default(), all: Vec::new(), by_name: FxHashMap::default() };
        for (entry, at) in facts.entry_points.iter().zip(0..) {
            routes.enter(entry, EntryPointId(at));
        }
        routes
    }

    fn enter(&mut self, entry: &EntryPoint, id: EntryPointId) {
        if entry.route.is_empty() {
            return;
        }
        if entry.kind != EntryKind::Http {
            put(&mut self.by_name, entry.route.clone(), id);
            return;
        }
        let Some((method, path)) = entry.route.split_once(' ') else { return };
        let parts = parts(path);
        put(&mut self.by_shape, (method.to_ascii_uppercase(), parts.clone()), id);
        self.all.push((method.to_ascii_uppercase(), parts, id));
    }

    /// The entry point of a route as the framework writes it. Two of the same shape are told apart by nothing.
    pub(super) fn of_route(&self, method: &str, route: &str) -> Option<EntryPointId> {
        let parts = parts(route);
        let method = method.to_ascii_uppercase();
        // What answers GET answers HEAD.
        let stand_in = if method == "HEAD" { "GET" } else { "ANY" };
        let known = [method.as_str(), stand_in, "ANY", ""]
            .into_iter()
            .find_map(|of| self.by_shape.get(&(of.to_owned(), parts.clone())));
        known.copied().flatten()
    }

    /// The entry point that a path leads to: the one whose route says the most parts of it, if that is one.
    pub(super) fn of_path(&self, method: &str, path: &str) -> Option<EntryPointId> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let asked: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let fits = self.all.iter().filter(|(of, parts, _)| {
            let is_head = method.eq_ignore_ascii_case("HEAD") && of == "GET";
            (of.eq_ignore_ascii_case(method) || is_head || matches!(of.as_str(), "ANY" | ""))
                && matches(parts, &asked)
        });
        let mut fits: Vec<(usize, EntryPointId)> =
            fits.map(|(_, parts, id)| (said(parts), *id)).collect();
        fits.sort_unstable_by_key(|fit| std::cmp::Reverse(fit.0));
        match fits.as_slice() {
            [best, second, ..] if best.0 == second.0 => None,
            // A route that takes everything says nothing of what was asked for.
            [best, ..] if best.0 > 0 || asked.is_empty() => Some(best.1),
            _ => None,
        }
    }

    /// The entry point that listens to a topic, or is started under a name.
    pub(super) fn of_name(&self, name: &str) -> Option<EntryPointId> {
        self.by_name.get(name).copied().flatten()
    }
}

fn put<K: std::hash::Hash + Eq>(
    map: &mut FxHashMap<K, Option<EntryPointId>>,
    key: K,
    id: EntryPointId,
) {
    map.entry(key).and_modify(|known| *known = None).or_insert(Some(id));
}

/// How many parts of a route are text.
fn said(parts: &[Part]) -> usize {
    parts.iter().filter(|part| matches!(part, Part::Text(_))).count()
}

fn matches(parts: &[Part], asked: &[&str]) -> bool {
    let mut asked = asked.iter();
    for part in parts {
        match (part, asked.next()) {
            (Part::Rest, _) => return true,
            (Part::Any, Some(_)) => {}
            (Part::Text(text), Some(asked)) if text == asked => {}
            _ => return false,
        }
    }
    asked.next().is_none()
}

/// A route as every framework means it: names of parameters, their patterns and a final `/` don't count.
fn parts(route: &str) -> Vec<Part> {
    // Rails writes what is optional in brackets; `^…$` is how old routes of Django and Express stand.
    let route = route.trim().trim_start_matches('^').trim_end_matches('$');
    let route = route.strip_suffix("(.:format)").unwrap_or(route);
    let mut parts = Vec::new();
    for part in split(route) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let is_rest = (part.contains('*') && !part.contains('('))
            || part.contains(".*")
            || part.starts_with("<path:")
            || part.contains("...");
        let opens = |c: char| part.contains(c);
        if is_rest {
            parts.push(Part::Rest);
        } else if part.starts_with(':') || opens('{') || opens('<') || opens('[') || opens('(') {
            parts.push(Part::Any);
        } else {
            parts.push(Part::Text(part.to_owned()));
        }
    }
    parts
}

/// Cuts at each `/` that stands outside brackets: patterns of parameters may hold some.
fn split(route: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in route.char_indices() {
        match letter {
            '{' | '<' | '(' | '[' => depth += 1,
            '}' | '>' | ')' | ']' => depth = (depth - 1).max(0),
            '/' if depth == 0 => {
                parts.push(&route[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&route[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    const SHOP: &str = "entry http a.rb#list GET /orders
        entry http a.rb#show GET /orders/:id
        entry http a.rb#new GET /orders/new
        entry http a.rb#add POST /orders
        entry http a.rb#lines GET /orders/{id:[0-9/]+}/lines
        entry http b.rb#one ANY /stock/<int:a>
        entry http c.rb#x GET /twice/:a
        entry http d.rb#x GET /twice/:b
        entry http e.rb#file GET /files/*path
        entry message q.rb#take orders.placed";

    fn check(method: &str, route: &str, by_route: &str, by_path: &str) {
        let facts = parse(SHOP).expect("entry points");
        let routes = Routes::new(&facts);
        let name = |id: Option<EntryPointId>| {
            let function = id.and_then(|id| facts.entry_points[id.index()].function);
            function.map_or("-", |id| facts.function(id).name.as_str())
        };
        assert_eq!(name(routes.of_route(method, route)), by_route, "{method} {route} as a route");
        assert_eq!(name(routes.of_path(method, route)), by_path, "{method} {route} as a path");
    }

    #[test]
    fn routes_are_the_same_however_parameters_are_written() {
        check("GET", "/orders/{orderId}", "show", "show");
        check("GET", "orders/<uuid:id>/", "show", "show");
        check("GET", "/orders/:id(.:format)", "show", "show");
        check("get", "/orders/[id]/lines", "lines", "lines");
        check("DELETE", "/stock/{a}", "one", "one");
        check("POST", "/orders/{id}", "-", "-");
        check("GET", "/files/{*path}", "file", "file");
        check("GET", "/twice/{c}", "-", "-");
        check("GET", r"^orders/(?P<pk>[0-9]*)/$", "show", "-");
        check("HEAD", "/orders", "list", "list");
    }

    #[test]
    fn paths_lead_to_the_route_that_says_most() {
        check("GET", "/orders?page=2", "-", "list");
        check("GET", "/orders/new", "new", "new");
        check("GET", "/orders/17", "-", "show");
        check("GET", "/files/a/b.png", "-", "file");
        check("GET", "/orders/17/lines", "-", "lines");
        check("GET", "/twice/17", "-", "-");
        check("GET", "/nowhere", "-", "-");
    }

    #[test]
    fn topics_are_entry_points_too() {
        let facts = parse(SHOP).expect("entry points");
        assert!(Routes::new(&facts).of_name("orders.placed").is_some());
    }
}
