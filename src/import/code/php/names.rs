//! What names mean within one PHP file: its namespace and its `use` statements say it all.
//!
//! A full name is written with a dot before it, `.App.Models.User`, so that nothing else can be meant.

use std::collections::BTreeMap;

use crate::import::code::outline::TypeRef;

/// The namespace that code stands in, and the names that `use` brings in. Class names know no case.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// Segments joined by `.`; empty outside any namespace.
    pub namespace: String,
    classes: BTreeMap<String, String>,
    functions: BTreeMap<String, String>,
    /// The class that is being read, in full.
    pub own: Option<String>,
    /// The class that it extends, in full.
    pub parent: Option<String>,
    /// What is being read is a trait, where `self` is whoever uses it.
    pub in_trait: bool,
}

/// What a `use` brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Used {
    Class,
    Function,
    Constant,
}

impl Names {
    /// The names of another namespace block in the same file.
    pub(super) fn begin(&mut self, namespace: &str) {
        *self = Self { namespace: dotted(namespace), ..Self::default() };
    }

    /// Enters `use full as alias`.
    pub(super) fn bring_in(&mut self, full: &str, alias: Option<&str>, what: Used) {
        let full = dotted(full);
        let last = full.rsplit('.').next().unwrap_or(&full);
        let alias = alias.unwrap_or(last).to_lowercase();
        match what {
            Used::Class => self.classes.insert(alias, full),
            Used::Function => self.functions.insert(alias, full),
            Used::Constant => None,
        };
    }

    /// The full name of a class as written, with a dot before it; `static` and types of PHP itself stay as they
    /// are.
    pub(super) fn class(&self, written: &str) -> String {
        match written.to_ascii_lowercase().as_str() {
            "self" if self.in_trait => return "static".to_owned(),
            "self" => return self.own.clone().unwrap_or_else(|| "static".to_owned()),
            "parent" => return self.parent.clone().unwrap_or_else(|| "object".to_owned()),
            lower if BUILTIN_TYPES.contains(&lower) => return lower.to_owned(),
            _ => {}
        }
        self.full(written, &self.classes)
    }

    /// A function as written: a plain one that no `use` brings in stays plain, as it may be global.
    pub(super) fn function(&self, written: &str) -> String {
        if written.contains('\\') {
            return self.full(written, &self.classes);
        }
        match self.functions.get(&written.to_lowercase()) {
            Some(full) => format!(".{full}"),
            None => written.to_owned(),
        }
    }

    fn full(&self, written: &str, plain: &BTreeMap<String, String>) -> String {
        if let Some(full) = written.strip_prefix('\\') {
            return format!(".{}", dotted(full));
        }
        if let Some(rest) = strip_namespace(written) {
            return self.own_name(&dotted(rest));
        }
        let dots = dotted(written);
        let (first, rest) =
            dots.split_once('.').map_or((dots.as_str(), None), |(a, b)| (a, Some(b)));
        match (plain.get(&first.to_lowercase()), rest) {
            (Some(full), Some(rest)) => format!(".{full}.{rest}"),
            (Some(full), None) => format!(".{full}"),
            (None, _) => self.own_name(&dots),
        }
    }

    /// The full name of what this namespace declares under a name.
    pub(super) fn own_name(&self, name: &str) -> String {
        match self.namespace.as_str() {
            "" => format!(".{name}"),
            namespace => format!(".{namespace}.{name}"),
        }
    }

    /// The class that a text names in full: `'App\Models\User'`.
    pub(super) fn in_text(text: &str, line: u32) -> Option<TypeRef> {
        let text = text.strip_prefix('\\').unwrap_or(text);
        let (name, _) = text.split_once('@').unwrap_or((text, ""));
        let name = name.replace("\\\\", "\\");
        let is_class = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_uppercase())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let fits = name.contains('\\') && name.len() < 200 && name.split('\\').all(is_class);
        fits.then(|| TypeRef { name: format!(".{}", dotted(&name)), args: Vec::new(), line })
    }
}

fn strip_namespace(written: &str) -> Option<&str> {
    let (first, rest) = written.split_once('\\')?;
    first.eq_ignore_ascii_case("namespace").then_some(rest)
}

/// `App\Models` as `App.Models`.
pub(super) fn dotted(name: &str) -> String {
    name.trim_matches('\\').split('\\').map(str::trim).collect::<Vec<_>>().join(".")
}

/// Types of the language itself, and words of PHPDoc that stand for none.
pub(super) const BUILTIN_TYPES: [&str; 31] = [
    "array",
    "bool",
    "boolean",
    "callable",
    "class-string",
    "double",
    "false",
    "float",
    "int",
    "integer",
    "iterable",
    "list",
    "mixed",
    "never",
    "null",
    "number",
    "numeric",
    "object",
    "positive-int",
    "resource",
    "scalar",
    "static",
    "string",
    "true",
    "void",
    "$this",
    "non-empty-array",
    "non-empty-list",
    "non-empty-string",
    "array-key",
    "callable-string",
];

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn names_mean_what_use_and_namespace_say() {
        let mut names = Names::default();
        names.begin("App\\Http");
        names.bring_in("App\\Models\\User", None, Used::Class);
        names.bring_in("Shop\\Contracts", Some("C"), Used::Class);
        names.bring_in("Shop\\money", None, Used::Function);
        for (written, full) in [
            ("User", ".App.Models.User"),
            ("user", ".App.Models.User"),
            ("C\\Cart", ".Shop.Contracts.Cart"),
            ("Request", ".App.Http.Request"),
            ("\\Exception", ".Exception"),
            ("namespace\\Kernel", ".App.Http.Kernel"),
            ("string", "string"),
        ] {
            assert_eq!(names.class(written), full);
        }
        assert_eq!(names.function("money"), ".Shop.money");
        assert_eq!(names.function("count"), "count");
    }

    #[test]
    fn texts_name_classes_in_full_only() {
        let name = |text| Names::in_text(text, 1).map(|ty| ty.name);
        assert_eq!(name("App\\Models\\User"), Some(".App.Models.User".to_owned()));
        assert_eq!(name("App\\Http\\Home@index"), Some(".App.Http.Home".to_owned()));
        assert_eq!(name("User"), None);
        assert_eq!(name("a\\b"), None);
    }
}
