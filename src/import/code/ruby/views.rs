//! Views by the names under which Rails finds them, and the helpers that they see.

use rustc_hash::FxHashMap;

use super::{
    lower::text_of,
    tree::{ClassNo, Tree, loose},
};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::resolve::Source,
};

/// All views and helpers.
pub(super) struct Views<'a> {
    /// By the path below `views/`, without endings: `orders/_line`.
    by_name: FxHashMap<String, Vec<ModuleId>>,
    /// By name, what views may call: methods of helper modules, and those that controllers share with views.
    helpers: FxHashMap<&'a str, Vec<FunctionId>>,
    /// Controllers, mailers and components by the path of their views, compared loosely.
    owners: FxHashMap<String, ClassNo>,
    /// Files by the path under which they are required: what follows `lib/` or a folder of `app/`.
    loadable: FxHashMap<&'a str, Vec<usize>>,
}

impl<'a> Views<'a> {
    pub(super) fn new(tree: &Tree<'_, 'a>) -> Self {
        let mut views = Self {
            by_name: FxHashMap::default(),
            helpers: FxHashMap::default(),
            owners: FxHashMap::default(),
            loadable: FxHashMap::default(),
        };
        for (at, source) in tree.sources.iter().enumerate() {
            if source.language.rules().family != super::FAMILY {
                continue;
            }
            let module = ModuleId::at(at);
            if let Some(name) = view_name(&source.path) {
                views.by_name.entry(name).or_default().push(module);
            }
            views.helpers_of(tree, module, source);
            if let Some(path) = load_path(&source.path) {
                views.loadable.entry(path).or_default().push(at);
            }
        }
        for (at, class) in tree.classes.iter().enumerate() {
            let name = class.full_name.replace('.', "/");
            if let Some(path) = name.strip_suffix("Controller") {
                views.owners.insert(loose(path), at);
            } else if ["Mailer", "Component", "Cell"].iter().any(|end| name.ends_with(end)) {
                views.owners.insert(loose(&name), at);
            }
        }
        views
    }

    fn helpers_of(&mut self, tree: &Tree<'_, 'a>, module: ModuleId, source: &'a Source) {
        if source.path.contains("/helpers/") && source.path.ends_with("_helper.rb") {
            for (index, function) in source.outline.functions.iter().enumerate() {
                if !function.is_static && function.owner.is_some() {
                    let id = tree.symbols.function_id(module, index);
                    self.helpers.entry(function.name.as_str()).or_default().extend(id);
                }
            }
        }
        for (at, decl) in source.outline.types.iter().enumerate() {
            let Some(class) = tree.declared(module, at) else { continue };
            for note in decl.annotations.iter().filter(|note| note.name == "helper_method") {
                for name in note.args.iter().filter_map(|arg| text_of(&arg.value)) {
                    let found = tree.instance_method(class, name);
                    let Some(super::lookup::Found::Function(id)) = found else { continue };
                    let known = self.helpers.entry(name).or_default();
                    if !known.contains(&id) {
                        known.push(id);
                    }
                }
            }
        }
    }

    /// The helper that a view calls by a name: the only one, or that of the view's own controller, or that of
    /// the whole application.
    pub(super) fn helper(&self, tree: &Tree<'_, '_>, path: &str, name: &str) -> Option<FunctionId> {
        let ids = self.helpers.get(name)?;
        if let [only] = ids.as_slice() {
            return Some(*only);
        }
        let owner =
            view_name(path).and_then(|name| name.rsplit_once('/').map(|it| it.0.to_owned()));
        let wanted = [owner.unwrap_or_default(), "application".to_owned()];
        wanted.iter().filter(|wanted| !wanted.is_empty()).find_map(|wanted| {
            let end = format!("/helpers/{wanted}_helper.rb");
            let mut fitting = ids.iter().filter(|id| {
                let module = tree.symbols.function(**id).map(|(module, _)| module);
                module.is_some_and(|it| tree.sources[it.index()].path.ends_with(&end))
            });
            fitting.next().filter(|_| fitting.next().is_none()).copied()
        })
    }

    /// The file that `require` finds, the nearest by path first.
    pub(super) fn loadable(&self, sources: &[Source], from: &str, path: &str) -> Option<usize> {
        let nearness = |at: &usize| {
            let path = &sources[*at].path;
            let shared = path.split('/').zip(from.split('/')).take_while(|(a, b)| a == b).count();
            (shared, std::cmp::Reverse(*at))
        };
        self.loadable.get(path)?.iter().copied().max_by_key(nearness)
    }

    pub(super) fn knows_helper(&self, name: &str) -> bool {
        self.helpers.contains_key(name)
    }

    /// The class whose instance variables a view sees: its controller, mailer or component.
    pub(super) fn owner(&self, path: &str) -> Option<ClassNo> {
        if let Some(name) = view_name(path) {
            let (folder, _) = name.rsplit_once('/')?;
            return self.owners.get(&loose(folder)).copied();
        }
        // A component's template stands beside its class.
        let (_, below) = path.split_once("/components/")?;
        let stem = below.split('.').next()?;
        self.owners.get(&loose(stem)).copied()
    }

    /// The view of that name, seen from a file: nearest by path, and of the same format.
    pub(super) fn find(
        &self,
        sources: &[Source],
        from: &str,
        name: &str,
        partial: bool,
    ) -> Option<ModuleId> {
        let name = if partial {
            let (folder, last) = name.rsplit_once('/').unwrap_or(("", name));
            let slash = if folder.is_empty() { "" } else { "/" };
            format!("{folder}{slash}_{last}")
        } else {
            name.to_owned()
        };
        let candidates = self.by_name.get(&name)?;
        let format = endings(from);
        let rank = |module: &ModuleId| {
            let path = &sources[module.index()].path;
            let shared = path.split('/').zip(from.split('/')).take_while(|(a, b)| a == b).count();
            (
                shared,
                endings(path) == format,
                endings(path).contains("html"),
                std::cmp::Reverse(*module),
            )
        };
        candidates.iter().copied().max_by_key(rank)
    }
}

fn endings(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or("", |(_, endings)| endings)
}

/// The path below `views/`, without endings.
pub(super) fn view_name(path: &str) -> Option<String> {
    let at = path
        .rfind("/views/")
        .map(|at| at + 7)
        .or_else(|| path.strip_prefix("views/").map(|_| 6))?;
    let below = &path[at..];
    let (folder, file) = below.rsplit_once('/').unwrap_or(("", below));
    let stem = file.split('.').next()?;
    Some(if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") })
}

/// The folder of a controller's views: `admin/orders` of `…/controllers/admin/orders_controller.rb`.
pub(super) fn folder_of_controller(path: &str) -> Option<&str> {
    let (_, below) = path.rsplit_once("controllers/")?;
    below.strip_suffix("_controller.rb")
}

/// The path under which a file is required.
fn load_path(path: &str) -> Option<&str> {
    let stem = path.strip_suffix(".rb")?;
    if let Some(below) = stem.strip_prefix("lib/") {
        return Some(below);
    }
    if let Some((_, below)) = stem.rsplit_once("/lib/") {
        return Some(below);
    }
    let below = stem.strip_prefix("app/").or_else(|| Some(stem.rsplit_once("/app/")?.1))?;
    below.split_once('/').map(|(_, below)| below)
}
