//! Imports and exports: ES modules, CommonJS, and `import()`.

use super::{HERE, Lowering, WHOLE};
use crate::import::code::{
    outline::{Expr, ExprKind, Import, Stmt},
    tree::Syntax,
};

/// The lines of a name that holds nowhere in the file: what is only handed on, or only loaded.
const NOWHERE: Option<(u32, u32)> = Some((0, 0));

impl Lowering {
    pub(super) fn add_import(&mut self, import: Import) {
        if import.within.is_none() {
            self.imported.extend(import.alias.clone().or_else(|| import.member.clone()));
        }
        self.outline.imports.push(import);
    }

    pub(super) fn import(&mut self, node: Syntax<'_>) {
        let line = node.line();
        if let Some(clause) = node.child("import_require_clause") {
            let name = clause.children().into_iter().find(|it| it.kind() == "identifier");
            if let (Some(name), Some(source)) = (name, clause.field("source")) {
                self.import_whole(name.text(), text_of(source), line);
            }
            return;
        }
        let Some(path) = node.field("source").map(text_of) else { return };
        let Some(clause) = node.child("import_clause") else {
            self.add_import(Import { path, within: NOWHERE, line, ..Import::default() });
            return;
        };
        for part in clause.children() {
            let path = path.clone();
            let line = part.line();
            match part.kind() {
                "identifier" => self.add_import(Import {
                    path,
                    member: Some("default".to_owned()),
                    alias: Some(part.text().to_owned()),
                    line,
                    ..Import::default()
                }),
                "namespace_import" => {
                    let alias = part.children().first().map(|name| name.text().to_owned());
                    self.add_import(Import { path, alias, line, ..Import::default() });
                }
                _ => self.named_imports(part, &path),
            }
        }
    }

    fn named_imports(&mut self, list: Syntax<'_>, path: &str) {
        let specifiers = list.children();
        if specifiers.is_empty() {
            let (path, line) = (path.to_owned(), list.line());
            self.add_import(Import { path, within: NOWHERE, line, ..Import::default() });
        }
        for specifier in specifiers {
            let Some(name) = specifier.field("name") else { continue };
            self.add_import(Import {
                path: path.to_owned(),
                member: Some(text_of(name)),
                alias: specifier.field("alias").map(|alias| alias.text().to_owned()),
                line: specifier.line(),
                ..Import::default()
            });
        }
    }

    /// `import x = require("…")`, `const x = require("…")`.
    fn import_whole(&mut self, name: &str, path: String, line: u32) {
        self.add_import(Import {
            path,
            member: Some(WHOLE.to_owned()),
            alias: Some(name.to_owned()),
            reexport: false,
            within: self.within,
            line,
        });
    }

    /// `export … from "…"` and `export { … }`; what declares something is lowered as a declaration.
    pub(super) fn export(&mut self, node: Syntax<'_>) {
        let line = node.line();
        if let Some(declaration) = node.field("declaration") {
            self.exported_declaration(node, declaration);
            return;
        }
        let is_default = node.child("default").is_some();
        if let Some(value) = node.field("value") {
            self.export_value(value, "default");
            return;
        }
        let source = node.field("source").map(text_of);
        if let Some(clause) = node.child("export_clause") {
            for specifier in clause.children() {
                self.export_specifier(specifier, source.as_deref());
            }
            return;
        }
        match source {
            Some(path) => {
                let named = node.child("namespace_export");
                let alias = named.and_then(|it| it.children().first().map(|it| text_of(*it)));
                let member = if alias.is_some() { None } else { Some("*".to_owned()) };
                let within = NOWHERE;
                let import = Import { path, member, alias, reexport: true, within, line };
                self.outline.imports.push(import);
            }
            // `export = value`
            None => {
                for child in node.children() {
                    if is_default || child.kind() != "decorator" {
                        self.export_value(child, if is_default { "default" } else { WHOLE });
                    }
                }
            }
        }
    }

    fn export_specifier(&mut self, specifier: Syntax<'_>, source: Option<&str>) {
        let Some(name) = specifier.field("name").map(text_of) else { return };
        let alias = specifier.field("alias").map(text_of);
        let line = specifier.line();
        match source {
            Some(path) => self.outline.imports.push(Import {
                path: path.to_owned(),
                member: Some(name),
                alias,
                reexport: true,
                within: NOWHERE,
                line,
            }),
            None => self.hand_on(&name, alias.as_deref().unwrap_or(&name), line),
        }
    }

    /// Hands a name of this file on under the same or another name.
    pub(super) fn hand_on(&mut self, name: &str, exported: &str, line: u32) {
        let imported = self.outline.imports.iter().find(|import| {
            import.within.is_none()
                && import.alias.as_deref().or(import.member.as_deref()) == Some(name)
        });
        let import = match imported {
            Some(import) => Import {
                alias: Some(exported.to_owned()),
                reexport: true,
                within: NOWHERE,
                ..import.clone()
            },
            None if name == exported => {
                self.handed_on.insert(name.to_owned());
                return;
            }
            None => {
                self.handed_on.insert(name.to_owned());
                Import {
                    path: HERE.to_owned(),
                    member: Some(name.to_owned()),
                    alias: Some(exported.to_owned()),
                    reexport: true,
                    within: NOWHERE,
                    line,
                }
            }
        };
        self.outline.imports.push(import);
    }

    /// `export default …` and `export = …` of something that is no declaration.
    fn export_value(&mut self, value: Syntax<'_>, exported: &str) {
        let value = unwrapped(value);
        if value.kind() == "identifier" {
            self.hand_on(value.text(), exported, value.line());
            return;
        }
        let mut top = Vec::new();
        self.export_value_as(value, exported, &mut top);
        self.outline.top.extend(top);
    }

    /// Reads `module.exports = …`, `exports.x = …` and `module.exports.x = …`; `false` where it is none of them.
    pub(super) fn common_export(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) -> bool {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return false;
        };
        let written: String = left.text().split_whitespace().collect();
        let exported = match written.as_str() {
            "module.exports" => WHOLE,
            _ => {
                let member = written
                    .strip_prefix("module.exports.")
                    .or_else(|| written.strip_prefix("exports."));
                match member.filter(|it| !it.contains(['.', '[', '('])) {
                    Some(member) => member,
                    None => return false,
                }
            }
        };
        let mut right = right;
        // `exports = module.exports = x`, `exports.a = exports.b = x`
        while right.kind() == "assignment_expression"
            && let (true, Some(value)) = (self.common_export(right, into), right.field("right"))
        {
            right = value;
        }
        if exported == WHOLE && right.kind() == "object" {
            self.exported_object(right, into);
            return true;
        }
        if right.kind() == "identifier" {
            self.hand_on(right.text(), exported, right.line());
            if exported == WHOLE {
                self.hand_on(right.text(), "default", right.line());
            }
        } else {
            self.export_value_as(right, exported, into);
        }
        true
    }

    /// Exports what may have a name of its own: `export default class Cart {}`, `module.exports = function () {}`.
    fn export_value_as(&mut self, value: Syntax<'_>, exported: &str, into: &mut Vec<Stmt>) {
        let line = value.line();
        let own = value.field("name").filter(|it| it.kind().ends_with("identifier"));
        let of_module = matches!(exported, WHOLE | "default");
        let name = match own {
            Some(own) if of_module => own.text(),
            _ if exported == WHOLE => "default",
            _ => exported,
        };
        self.named_value(name, None, value, true, into);
        if name != exported {
            self.hand_on(name, exported, line);
        }
        // A module that is one thing is also its default export.
        if exported == WHOLE && name != "default" {
            self.hand_on(name, "default", line);
        }
    }

    /// `module.exports = { a, b: c, d() {} }`
    fn exported_object(&mut self, object: Syntax<'_>, into: &mut Vec<Stmt>) {
        for member in object.children() {
            let line = member.line();
            match member.kind() {
                "shorthand_property_identifier" => self.hand_on(member.text(), member.text(), line),
                "pair" => {
                    let (Some(key), Some(value)) = (member.field("key"), member.field("value"))
                    else {
                        continue;
                    };
                    let key = text_of(key);
                    match value.kind() {
                        "identifier" => self.hand_on(value.text(), &key, line),
                        _ => self.named_value(&key, None, value, true, into),
                    }
                }
                "method_definition" => self.free_method(member),
                "spread_element" => self.spread_export(member, into),
                _ => {}
            }
        }
    }

    /// `...require("./orders")` hands on everything.
    fn spread_export(&mut self, member: Syntax<'_>, into: &mut Vec<Stmt>) {
        let Some(value) = member.children().into_iter().next() else { return };
        let name = (value.kind() == "identifier").then(|| value.text());
        let known = name.and_then(|name| {
            self.outline
                .imports
                .iter()
                .find(|import| import.alias.as_deref() == Some(name) && import.within.is_none())
        });
        let path = required(value).or_else(|| known.map(|import| import.path.clone()));
        match path {
            Some(path) => self.outline.imports.push(Import {
                path,
                member: Some("*".to_owned()),
                alias: None,
                reexport: true,
                within: NOWHERE,
                line: member.line(),
            }),
            None => {
                let value = self.expr(value);
                into.push(Stmt::Expr(value));
            }
        }
    }

    /// Reads `const x = require("…")` and `const { a, b: c } = require("…")`; `false` where it is no such thing.
    pub(super) fn common_import(&mut self, name: Syntax<'_>, value: Syntax<'_>) -> bool {
        let value = unwrapped(value);
        let (call, member) = match value.kind() {
            "member_expression" => (value.field("object"), value.field("property")),
            _ => (Some(value), None),
        };
        let Some(path) = call.and_then(required) else { return false };
        let line = value.line();
        match (name.kind(), member) {
            ("identifier", None) => self.import_whole(name.text(), path, line),
            ("identifier", Some(member)) => self.add_import(Import {
                path,
                member: Some(member.text().to_owned()),
                alias: Some(name.text().to_owned()),
                reexport: false,
                within: self.within,
                line,
            }),
            ("object_pattern", None) => {
                for part in name.children() {
                    let (member, alias) = match part.kind() {
                        "shorthand_property_identifier_pattern" => (part.text().to_owned(), None),
                        "pair_pattern" => match (part.field("key"), part.field("value")) {
                            (Some(key), Some(value)) if value.kind() == "identifier" => {
                                (text_of(key), Some(value.text().to_owned()))
                            }
                            _ => continue,
                        },
                        _ => continue,
                    };
                    self.add_import(Import {
                        path: path.clone(),
                        member: Some(member),
                        alias,
                        reexport: false,
                        within: self.within,
                        line,
                    });
                }
                self.load(&path, line);
            }
            _ => return false,
        }
        true
    }

    /// A module that is loaded without a name of its own.
    fn load(&mut self, path: &str, line: u32) {
        let path = path.to_owned();
        self.outline.imports.push(Import { path, within: NOWHERE, line, ..Import::default() });
    }

    /// `require("…")` or `import("…")` in the middle of an expression: the module, under a name nobody else has.
    pub(super) fn loaded(&mut self, path: String, whole: bool, line: u32) -> ExprKind {
        let name = format!("(module {line} {})", self.outline.imports.len());
        self.outline.imports.push(Import {
            path,
            member: whole.then(|| WHOLE.to_owned()),
            alias: Some(name.clone()),
            reexport: false,
            within: None,
            line,
        });
        ExprKind::Name(name)
    }
}

/// The path that a call of `require` names.
pub(super) fn required(call: Syntax<'_>) -> Option<String> {
    let call = unwrapped(call);
    let is_require = call.kind() == "call_expression"
        && call.field("function").is_some_and(|it| it.text() == "require");
    let args = call.field("arguments").filter(|_| is_require)?;
    first_text(args)
}

/// The text that the first argument is, where it is nothing but a text.
pub(super) fn first_text(args: Syntax<'_>) -> Option<String> {
    let first = args.children().into_iter().next()?;
    let is_text = first.kind() == "string"
        || first.kind() == "template_string" && first.child("template_substitution").is_none();
    is_text.then(|| text_of(first))
}

/// What a value is without parentheses and assertions around it.
pub(super) fn unwrapped(value: Syntax<'_>) -> Syntax<'_> {
    let mut value = value;
    while let "parenthesized_expression"
    | "as_expression"
    | "satisfies_expression"
    | "non_null_expression"
    | "await_expression" = value.kind()
        && let Some(inner) = value.children().into_iter().next()
    {
        value = inner;
    }
    value
}

/// A name or a key as it is, a text without its quotes.
pub(super) fn text_of(node: Syntax<'_>) -> String {
    let text = node.text();
    match node.kind() {
        "string" | "template_string" => text.trim_matches(['"', '\'', '`']).to_owned(),
        "computed_property_name" => {
            text.trim_matches(['[', ']']).trim_matches(['"', '\'', '`']).to_owned()
        }
        _ => text.to_owned(),
    }
}

/// An expression that names the same thing.
pub(super) fn name(name: &str, line: u32) -> Expr {
    Expr::new(ExprKind::Name(name.to_owned()), line)
}
