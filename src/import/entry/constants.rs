//! Texts that annotations name instead of writing them: `@GetMapping(Paths.ORDERS)`.

use rustc_hash::FxHashMap;

use super::annotated::{items, last_segment};
use crate::import::code::{
    outline::{Annotation, Expr, ExprKind},
    resolve::Source,
};

/// The texts that fields hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constants {
    /// By module and field.
    here: FxHashMap<(usize, String), String>,
    /// By class, without what it is nested in, and field; none where several such classes differ.
    anywhere: FxHashMap<(String, String), Option<String>>,
}

impl Constants {
    pub(crate) fn new(sources: &[Source]) -> Self {
        let mut constants = Self::default();
        for (module, source) in sources.iter().enumerate() {
            for decl in &source.outline.types {
                for field in &decl.fields {
                    let Some(ExprKind::Text(text)) = field.value.as_ref().map(|value| &value.kind)
                    else {
                        continue;
                    };
                    let here = (module, field.name.clone());
                    constants.here.entry(here).or_insert_with(|| text.clone());
                    let class = last_segment(&decl.name).to_owned();
                    let known = constants.anywhere.entry((class, field.name.clone()));
                    let known = known.or_insert_with(|| Some(text.clone()));
                    known.take_if(|known| known != text);
                }
            }
        }
        constants
    }

    /// The texts of the first argument of these names that has any; `value` is also the one without a name.
    pub(crate) fn texts(
        &self,
        module: usize,
        annotation: &Annotation,
        arguments: &[&str],
    ) -> Vec<String> {
        for argument in arguments {
            let named = annotation.args.iter().filter(|arg| match &arg.name {
                Some(name) => name == argument,
                None => *argument == "value",
            });
            let texts: Vec<String> = named
                .flat_map(|arg| items(&arg.value))
                .filter_map(|item| self.text(module, item))
                .collect();
            if !texts.is_empty() {
                return texts;
            }
        }
        Vec::new()
    }

    fn text(&self, module: usize, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Name(name) => self.here.get(&(module, name.clone())).cloned(),
            ExprKind::Member(of, name) => {
                let class = last_segment(&of.dotted()?).to_owned();
                self.anywhere
                    .get(&(class, name.clone()))
                    .cloned()
                    .flatten()
                    .or_else(|| self.here.get(&(module, name.clone())).cloned())
            }
            ExprKind::Same(inner) => self.text(module, inner),
            _ => None,
        }
    }
}
