//! Calls that name files: `require`, and the views that `render` shows.

use super::{library::element, lower::text_of, views, walk::Walker};
use crate::{
    facts::{CallKind, Certainty},
    import::{
        code::{
            outline::{Arg, Expr},
            types::Ty,
        },
        schema::inflect::plural,
    },
};

impl<'a> Walker<'_, '_, 'a> {
    pub(super) fn required(&mut self, expr: &Expr, name: &str, args: &[Arg]) {
        let Some(path) = args.first().and_then(|arg| text_of(&arg.value)) else { return };
        let sources = self.context.tree.sources;
        let found = if name == "require_relative" {
            let folder = self.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            joined(folder, path).and_then(|path| {
                let path = format!("{}.rb", path.trim_end_matches(".rb"));
                sources.binary_search_by(|source| source.path.as_str().cmp(&path)).ok()
            })
        } else {
            self.context.views.loadable(sources, &self.source.path, path.trim_end_matches(".rb"))
        };
        match found {
            Some(at) => {
                self.out.references.exact += 1;
                let module = crate::facts::ModuleId::at(at);
                self.call(CallKind::Import, module, None, expr.line, Certainty::Exact);
            }
            None => self.out.references.outside += 1,
        }
    }

    /// `render "line"`, `render partial: "line"`, `render @orders`, `render :edit`.
    pub(super) fn render(&mut self, expr: &Expr, args: &'a [Arg]) {
        let in_view = views::view_name(&self.source.path).is_some();
        let helper = self.source.path.contains("/helpers/");
        let option = |name: &str| {
            let arg = args.iter().find(|arg| arg.name.as_deref() == Some(name));
            arg.and_then(|arg| text_of(&arg.value))
        };
        let mut wanted: Vec<(String, bool)> = Vec::new();
        wanted.extend(option("partial").map(|name| (name.to_owned(), true)));
        wanted.extend(option("spacer_template").map(|name| (name.to_owned(), true)));
        for name in ["template", "action"] {
            wanted.extend(option(name).map(|name| (name.to_owned(), false)));
        }
        wanted.extend(option("layout").map(|name| (format!("layouts/{name}"), false)));
        if let Some(first) = args.first().filter(|arg| arg.name.is_none()) {
            match text_of(&first.value) {
                Some(name) => wanted.push((name.to_owned(), in_view || helper)),
                None => {
                    let records = self.records;
                    // The argument is walked again with the call; here only its type matters.
                    self.records = false;
                    let references = self.out.references;
                    let unresolved = self.out.unresolved.clone();
                    let ty = self.expr(&first.value);
                    self.out.references = references;
                    self.out.unresolved = unresolved;
                    self.records = records;
                    wanted.extend(self.partial_of(&ty));
                }
            }
        }
        for (name, partial) in wanted {
            let name = name.trim_start_matches('/');
            let name = name.split('.').next().unwrap_or(name);
            let name = if name.contains('/') {
                name.to_owned()
            } else if let Some(folder) = self.view_folder() {
                format!("{folder}/{name}")
            } else {
                continue;
            };
            let sources = self.context.tree.sources;
            let found = self.context.views.find(sources, &self.source.path, &name, partial);
            if let Some(view) = found {
                self.out.references.exact += 1;
                self.call(CallKind::Call, view, None, expr.line, Certainty::Exact);
            }
        }
    }

    fn view_folder(&self) -> Option<String> {
        let path = &self.source.path;
        if let Some(name) = views::view_name(path) {
            return name.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        }
        views::folder_of_controller(path).map(str::to_owned)
    }

    /// The partial of a model: `orders/_order`.
    fn partial_of(&self, ty: &Ty) -> Option<(String, bool)> {
        let row = element(ty).unwrap_or(ty);
        let class = self.model_of(row).filter(|_| matches!(row, Ty::Object { .. }))?;
        let path: Vec<String> =
            self.context.tree.class(class).full_name.split('.').map(underscored).collect();
        let last = path.last()?.clone();
        Some((format!("{}/{last}", plural(&path.join("/"))), true))
    }
}

/// A path relative to a folder, without `..`.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `LineItem` as `line_item`.
pub(crate) fn underscored(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 4);
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let lower_next = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || before.is_uppercase() && lower_next
            });
        if begins {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}
