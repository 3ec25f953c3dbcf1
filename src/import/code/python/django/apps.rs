//! Django's apps: which app a class belongs to, by what the project's configurations say or by its folder.

use std::collections::BTreeMap;

use crate::import::code::{
    language::Language,
    outline::{Expr, ExprKind, Stmt, TypeDecl},
    python::Python,
    resolve::Source,
};

/// The labels of apps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Apps {
    /// By the dotted name of the app's package, as its configuration has it.
    labels: BTreeMap<String, String>,
    /// What stands for the user, as the settings say: `account.User`.
    pub user: Option<String>,
}

impl Apps {
    pub(crate) fn new(sources: &[Source]) -> Self {
        let mut apps = Self::default();
        for source in sources.iter().filter(|source| source.language.name() == Python.name()) {
            for decl in &source.outline.types {
                if decl.supers.iter().any(|base| base.name.ends_with("AppConfig")) {
                    apps.configured(decl);
                }
            }
            for stmt in &source.outline.top {
                if let Stmt::Let {
                    name, value: Some(Expr { kind: ExprKind::Text(text), .. }), ..
                } = stmt
                    && name == "AUTH_USER_MODEL"
                {
                    apps.user.get_or_insert_with(|| text.clone());
                }
            }
        }
        apps
    }

    fn configured(&mut self, decl: &TypeDecl) {
        let text = |name: &str| {
            let field = decl.fields.iter().find(|field| field.name == name)?;
            match &field.value.as_ref()?.kind {
                ExprKind::Text(text) => Some(text.clone()),
                _ => None,
            }
        };
        if let Some(name) = text("name") {
            let short = name.rsplit('.').next().unwrap_or(&name).to_owned();
            self.labels.insert(name, text("label").unwrap_or(short));
        }
    }

    /// The label of the app that a namespace belongs to. What no configuration tells is told by Django's own rule:
    /// models live in the module or package `models` of their app.
    pub(crate) fn label(&self, namespace: &str) -> String {
        let parts: Vec<&str> = namespace.split('.').collect();
        for end in (1..=parts.len()).rev() {
            for begin in 0..end {
                if let Some(label) = self.labels.get(&parts[begin..end].join(".")) {
                    return label.clone();
                }
            }
        }
        let before = parts.iter().rposition(|part| *part == "models").unwrap_or(parts.len() - 1);
        parts[before.saturating_sub(1)].to_owned()
    }
}
