//! Which module and function a trace names: by file, by type, by namespace. What fits two modules is neither.

use rustc_hash::FxHashMap;

use crate::facts::{Facts, FunctionId, ModuleId};

/// Where a span ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub module: ModuleId,
    pub function: Option<FunctionId>,
}

/// What a span says about the code that it stands for, each empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeNames {
    pub file: String,
    /// The type or namespace, as its language writes it.
    pub namespace: String,
    /// The function, alone or after its type and namespace.
    pub function: String,
}

/// The modules by everything that traces call them.
pub(super) struct Names<'a> {
    facts: &'a Facts,
    /// By the name of the file, in lower case.
    by_file: FxHashMap<String, Vec<ModuleId>>,
    /// By the name of a type, without what it stands in.
    by_type: FxHashMap<&'a str, Vec<ModuleId>>,
    /// By the last segment of the package.
    by_package: FxHashMap<&'a str, Vec<ModuleId>>,
    functions: FxHashMap<ModuleId, Vec<FunctionId>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut names = Self {
            facts,
            by_file: FxHashMap::default(),
            by_type: FxHashMap::default(),
            by_package: FxHashMap::default(),
            functions: FxHashMap::default(),
        };
        for (module, at) in facts.modules.iter().zip(0..) {
            let id = ModuleId(at);
            names.by_file.entry(module.file_name().to_lowercase()).or_default().push(id);
            push_once(names.by_type.entry(stem(module.file_name())).or_default(), id);
            if let Some(last) = module.package.rsplit(SEPARATORS).next() {
                names.by_package.entry(last).or_default().push(id);
            }
        }
        for (function, at) in facts.functions.iter().zip(0..) {
            names.functions.entry(function.module).or_default().push(FunctionId(at));
            let mut segments = function.name.rsplit('.');
            segments.next();
            for owner in segments {
                push_once(names.by_type.entry(owner).or_default(), function.module);
            }
        }
        names
    }

    /// Where a span ran that says so.
    pub(super) fn spot(&self, code: &CodeNames) -> Option<Spot> {
        let (owner, function) = self.split(code);
        let module = self
            .of_file(&code.file)
            .or_else(|| self.of_type(&owner, &function))
            .or_else(|| self.of_path(&owner))
            .or_else(|| self.of_package(&owner, &function))?;
        Some(Spot { module, function: self.function(module, &owner, &function) })
    }

    /// Where a span ran that is called `Type.function`, if that type and that function are there exactly once.
    pub(super) fn spot_of_name(&self, name: &str) -> Option<Spot> {
        let (owner, function) = name.split_once(['.', '#'])?;
        let is_type = owner.starts_with(|c: char| c.is_uppercase());
        let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_type || !plain(owner) || function.is_empty() || !plain(function) {
            return None;
        }
        let modules = self.by_type.get(owner)?;
        let mut found = modules.iter().filter_map(|module| {
            let found = self.function(*module, &[owner.to_owned()], function);
            found.map(|function| Spot { module: *module, function: Some(function) })
        });
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// The segments of what a function belongs to, and the function's own name.
    fn split(&self, code: &CodeNames) -> (Vec<String>, String) {
        let mut owner = segments(&code.namespace);
        let mut function = segments(&code.function);
        // What a language calls a function within a function: the outer one is what the facts know.
        let is_inner = |name: &String| {
            name.is_empty()
                || name.starts_with("lambda")
                || name == "closure"
                || name.starts_with("func") && name[4..].chars().all(|c| c.is_ascii_digit())
        };
        while function.len() > 1 && function.last().is_some_and(is_inner) {
            function.pop();
        }
        let name = function.pop().unwrap_or_default();
        if owner.is_empty() {
            owner = function;
        } else if !owner.ends_with(&function) {
            owner.extend(function);
        }
        (owner, name)
    }

    /// The module whose path the given one ends with, or the reverse; a deployed program has other roots.
    fn of_file(&self, file: &str) -> Option<ModuleId> {
        if file.is_empty() {
            return None;
        }
        let file = file.replace('\\', "/");
        if FOREIGN.iter().any(|folder| file.contains(folder)) {
            return None;
        }
        let last = file.rsplit('/').next()?.to_lowercase();
        let candidates = self.by_file.get(&last)?;
        let given: Vec<&str> = file.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let mut best: Vec<(usize, ModuleId)> = Vec::new();
        for id in candidates {
            let path: Vec<&str> = self.facts.module(*id).path.split('/').collect();
            let common = common_end(&path, &given);
            // A module at the root has nothing but its name: an absolute path to it says its folder, too.
            if common == path.len() || common == given.len() {
                best.push((common, *id));
            }
        }
        best.sort_unstable();
        match best.as_slice() {
            [.., (second, _), (most, _)] if second == most => None,
            [.., (_, id)] => Some(*id),
            [] => None,
        }
    }

    fn of_type(&self, owner: &[String], function: &str) -> Option<ModuleId> {
        // The type itself, then the type it is nested in.
        for end in (owner.len().saturating_sub(1)..=owner.len()).rev().filter(|end| *end > 0) {
            let (name, before) = (&owner[end - 1], &owner[..end - 1]);
            let Some(candidates) = self.by_type.get(name.as_str()) else { continue };
            let fits = |id: &&ModuleId| {
                let module = self.facts.module(**id);
                let path = module.path.rsplit_once('.').map_or(module.path.as_str(), |it| it.0);
                ends_with(&module.package, before) || ends_with(path, before)
            };
            let fitting: Vec<ModuleId> = candidates.iter().filter(fits).copied().collect();
            if let Some(only) = self.only(&fitting, &owner[..end], function) {
                return Some(only);
            }
        }
        None
    }

    /// A namespace that is a file: `shop.orders` of `shop/orders.py`.
    fn of_path(&self, owner: &[String]) -> Option<ModuleId> {
        let last = owner.last()?;
        let candidates = self.by_type.get(last.as_str())?;
        let fits = |id: &&ModuleId| {
            let path = &self.facts.module(**id).path;
            path.rsplit_once('.').is_some_and(|(path, _)| ends_with(path, owner))
        };
        let mut fitting = candidates.iter().filter(fits);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(*only)
    }

    /// A namespace of several files: the one that has the function.
    fn of_package(&self, owner: &[String], function: &str) -> Option<ModuleId> {
        if function.is_empty() {
            return None;
        }
        // The last segment may be a type, as in Go's `shop.Server.Place`.
        for end in (owner.len().saturating_sub(1)..=owner.len()).rev().filter(|end| *end > 0) {
            let Some(candidates) = self.by_package.get(owner[end - 1].as_str()) else { continue };
            let mut having = candidates.iter().filter(|id| {
                let package: Vec<&str> =
                    self.facts.module(**id).package.split(SEPARATORS).collect();
                let given: Vec<&str> = owner[..end].iter().map(String::as_str).collect();
                let common = common_end(&package, &given);
                (common == package.len() || common == given.len())
                    && self.function(**id, &owner[end..], function).is_some()
            });
            if let (Some(only), None) = (having.next(), having.next()) {
                return Some(*only);
            }
        }
        None
    }

    /// The one module, or the one of several that has the function.
    fn only(&self, fitting: &[ModuleId], owner: &[String], function: &str) -> Option<ModuleId> {
        if let [only] = fitting {
            return Some(*only);
        }
        let mut having = fitting.iter().filter(|id| self.function(**id, owner, function).is_some());
        let only = having.next()?;
        having.next().is_none().then_some(*only)
    }

    /// The function of that name, preferably of the type that is named too.
    fn function(&self, module: ModuleId, owner: &[String], name: &str) -> Option<FunctionId> {
        if name.is_empty() {
            return None;
        }
        let named = |id: &&FunctionId| self.facts.function(**id).short_name() == name;
        let mut all = self.functions.get(&module)?.iter().filter(named).copied();
        let of_type = owner.last().map(|owner| format!("{owner}.{name}"));
        let exact = all.clone().find(|id| {
            let full = &self.facts.function(*id).name;
            of_type.as_deref().is_some_and(|wanted| {
                full == wanted
                    || full.strip_suffix(wanted).is_some_and(|before| before.ends_with('.'))
            })
        });
        exact.or_else(|| {
            let only = all.next()?;
            all.next().is_none().then_some(only)
        })
    }
}

/// Folders of code that others wrote, as they stand in the paths of running programs.
const FOREIGN: [&str; 7] = [
    "/site-packages/",
    "/dist-packages/",
    "/node_modules/",
    "/vendor/",
    "/gems/",
    "/.cargo/registry/",
    "/pkg/mod/",
];

const SEPARATORS: [char; 4] = ['.', '/', '\\', ':'];

fn push_once(list: &mut Vec<ModuleId>, id: ModuleId) {
    if list.last() != Some(&id) {
        list.push(id);
    }
}

fn stem(file_name: &str) -> &str {
    file_name.split('.').next().unwrap_or(file_name)
}

/// How many segments two lists have in common, from their ends.
fn common_end(a: &[&str], b: &[&str]) -> usize {
    a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

/// Whether a package or path ends with the segments; no segments are the end of everything.
fn ends_with(package: &str, end: &[String]) -> bool {
    let mut parts = package.rsplit(SEPARATORS).filter(|part| !part.is_empty());
    end.iter().rev().all(|segment| parts.next().is_some_and(|part| part == segment))
}

/// The parts of a name in any language: `Shop\Orders::place`, `shop::orders`, `shop.(*Server).Place`, `Outer$Inner`.
fn segments(name: &str) -> Vec<String> {
    // What frameworks put around a class at run time.
    let name = ["$$", "_$$_", "$Proxy", "__CGLIB"]
        .iter()
        .fold(name, |name, mark| name.split(mark).next().unwrap_or(name));
    let mut depth = 0_i32;
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '<' | '[' => depth += 1,
            '>' | ']' => depth -= 1,
            _ if depth > 0 => {}
            '(' | ')' | '*' | '&' => {}
            '\\' | '/' | ':' | '#' | '$' | '@' => plain.push('.'),
            _ => plain.push(letter),
        }
    }
    plain.split('.').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    const SHOP: &str = "
        module src/com/shop/orders/OrderService.java
        src/com/shop/orders/OrderService.java#OrderService.place calls src/com/shop/orders/Order.java#Order.total
        src/com/shop/crm/Order.java#Order.total calls src/com/shop/orders/OrderRepository.java
        shop/views.py#list calls shop/models.py#Order.save
        billing/views.py#list calls shop/models.py#Order.load
        web/app.py calls shop/views.py
        app/controllers/orders_controller.rb#OrdersController.index calls shop/models.py
        cmd/server/main.go#Server.Place calls cmd/server/util.go#now";

    fn check(file: &str, namespace: &str, function: &str, expected: &str) {
        let mut facts = parse(SHOP).expect("good notation");
        for module in &mut facts.modules {
            if let Some(rest) = module.package.strip_prefix("src/") {
                module.package = rest.replace('/', ".");
            }
        }
        let names = Names::new(&facts);
        let [file, namespace, function] = [file, namespace, function].map(str::to_owned);
        let code = CodeNames { file, namespace, function };
        let told = names.spot(&code).map(|spot| {
            let function = spot.function.map(|id| format!("#{}", facts.function(id).name));
            format!("{}{}", facts.module(spot.module).path, function.unwrap_or_default())
        });
        assert_eq!(told.as_deref().unwrap_or("-"), expected, "{code:?}");
    }

    #[test]
    fn types_are_found_by_their_namespaces() {
        let place = "src/com/shop/orders/OrderService.java#OrderService.place";
        check("", "com.shop.orders.OrderService", "place", place);
        check("", "", "com.shop.orders.OrderService.place", place);
        check("", "com.shop.orders.OrderService$$SpringCGLIB$$0", "place", place);
        check("", "OrderService", "place", place);
        check(
            "",
            "com.shop.orders.OrderRepository",
            "save",
            "src/com/shop/orders/OrderRepository.java",
        );
        check(
            "",
            "com.shop.orders.OrderService$Line",
            "sum",
            "src/com/shop/orders/OrderService.java",
        );
        check("", "Order", "total", "-");
        check("", "com.other.OrderService", "place", "-");
        check(
            "",
            "OrdersController",
            "index",
            "app/controllers/orders_controller.rb#OrdersController.index",
        );
    }

    #[test]
    fn files_are_found_wherever_the_program_is_deployed() {
        check("/srv/app/shop/views.py", "", "list", "shop/views.py#list");
        check("shop/views.py", "", "", "shop/views.py");
        check("C:\\app\\shop\\views.py", "", "list", "shop/views.py#list");
        check("views.py", "", "list", "-");
        check("/srv/other/views.py", "", "list", "-");
        check(
            "OrderService.java",
            "com.shop.orders.OrderService",
            "place",
            "src/com/shop/orders/OrderService.java#OrderService.place",
        );
    }

    #[test]
    fn namespaces_may_be_files_or_folders() {
        check("", "shop.views", "list", "shop/views.py#list");
        check("", "shop.models.Order", "save", "shop/models.py#Order.save");
        check("", "", "shop.models.Order.save", "shop/models.py#Order.save");
        check("", "views", "list", "-");
        check(
            "",
            "",
            "example.org/x/cmd/server.(*Server).Place",
            "cmd/server/main.go#Server.Place",
        );
        check("", "", "example.org/x/cmd/server.now", "cmd/server/util.go#now");
        check("", "", "", "-");
    }

    #[test]
    fn a_span_may_be_called_after_its_function() {
        let facts = parse(SHOP).expect("good notation");
        let names = Names::new(&facts);
        assert!(names.spot_of_name("OrderService.place").is_some());
        for name in ["Order.total", "Session.find com.shop.Order", "GET /orders", "OrderService.x"]
        {
            assert_eq!(names.spot_of_name(name), None, "{name}");
        }
    }
}
