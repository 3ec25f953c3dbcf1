//! Walks declarations: what classes descend from, what their macros name, and what methods give.

use super::{library::join, lower::text_of, tree::ClassNo, views, walk::Walker};
use crate::{
    facts::{CallKind, Certainty},
    import::code::{
        outline::{Annotation, ExprKind, FunctionDecl},
        types::Ty,
    },
};

impl<'a> Walker<'_, '_, 'a> {
    pub(super) fn type_decl(&mut self, at: usize) {
        let decl = &self.source.outline.types[at];
        self.stand_in(Some(at));
        let own = self.nesting.clone();
        let mixed_in = |name: &str| {
            decl.annotations.iter().any(|note| {
                is_mix_in(note)
                    && note
                        .args
                        .iter()
                        .any(|arg| matches!(&arg.value.kind, ExprKind::Type(ty) if ty.name == name))
            })
        };
        if let Some(base) = decl.supers.first().filter(|base| !mixed_in(&base.name)) {
            self.nesting.remove(0);
            self.constant(&base.name, CallKind::Inherit, base.line);
            self.nesting = own;
        }
        if decl.kind == crate::import::code::outline::TypeKind::Extension
            && let Some(class) = self.class
        {
            self.name_class(class, CallKind::Type, decl.line);
        }
        for note in &decl.annotations {
            self.annotation(note);
        }
        for field in &decl.fields {
            if let Some(value) = &field.value {
                self.expr(value);
            }
        }
    }

    fn annotation(&mut self, note: &'a Annotation) {
        for arg in &note.args {
            match &arg.value.kind {
                ExprKind::Type(ty) if is_mix_in(note) => {
                    self.constant(&ty.name, CallKind::Inherit, ty.line);
                }
                // Blocks of hooks and validations run on an object.
                ExprKind::Lambda { params, body } => {
                    let class = std::mem::take(&mut self.this);
                    self.this = self.class.map_or(Ty::Unknown, |class| self.object_of(class));
                    self.lambda(params, body, &[]);
                    self.this = class;
                }
                _ => {
                    self.expr(&arg.value);
                }
            }
        }
        self.association_target(note);
        self.named_methods(note);
    }

    fn association_target(&mut self, note: &'a Annotation) {
        let Some(class) = self.class else { return };
        let is_association = matches!(
            note.name.as_str(),
            "belongs_to" | "has_one" | "has_many" | "has_and_belongs_to_many"
        );
        let Some(name) = note.args.first().and_then(|arg| text_of(&arg.value)) else { return };
        if !is_association {
            return;
        }
        let association = super::members::Association {
            name: name.to_owned(),
            macro_name: note.name.as_str(),
            note,
        };
        if let Some(target) = self.context.tree.association_class(class, &association) {
            self.name_class(target, CallKind::Type, note.line);
        }
    }

    /// Methods that a macro names: `before_action :find_order`, `validate :total_fits, if: :open?`.
    fn named_methods(&mut self, note: &'a Annotation) {
        let Some(class) = self.class else { return };
        let name = note.name.as_str();
        let is_hook = ["before_", "after_", "around_", "prepend_before_", "append_before_"]
            .iter()
            .any(|start| name.starts_with(start))
            || matches!(name, "validate" | "helper_method" | "rescue_from" | "set_callback");
        for arg in &note.args {
            let is_named = match arg.name.as_deref() {
                None => is_hook,
                Some("if" | "unless") => true,
                Some("with") => name == "rescue_from",
                Some(_) => false,
            };
            let Some(method) = text_of(&arg.value).filter(|_| is_named) else { continue };
            if let Some(super::lookup::Found::Function(id)) =
                self.context.tree.instance_method(class, method)
            {
                self.out.references.exact += 1;
                self.call_function(id, note.line);
            }
        }
    }

    pub(super) fn function(&mut self, at: usize, decl: &'a FunctionDecl) {
        self.stand_in(decl.owner);
        self.function = self.context.tree.symbols.function_id(self.module, at);
        self.decl = Some(decl);
        if let (Some(class), false) = (self.class, decl.is_static) {
            self.this = self.object_of(class);
        }
        for param in &decl.params {
            self.env.insert(param.name.as_str(), Ty::Unknown);
        }
        self.returned.clear();
        let last = self.body(&decl.body);
        let mut types = std::mem::take(&mut self.returned);
        types.push(last);
        let returns = join(types);
        if let Some(id) = self.function
            && !returns.is_unknown()
        {
            self.out.returns.push((id, returns));
        }
        if self.records {
            self.implicit_view(decl);
        }
        self.function = None;
        self.decl = None;
    }

    /// An action renders the view of its name unless it says otherwise.
    fn implicit_view(&mut self, decl: &'a FunctionDecl) {
        let is_action = !decl.is_static
            && decl.visibility == crate::facts::Visibility::Public
            && decl.owner.is_some();
        let Some(folder) = views::folder_of_controller(&self.source.path) else { return };
        if !is_action {
            return;
        }
        let name = format!("{folder}/{}", decl.name);
        let sources = self.context.tree.sources;
        let view = self.context.views.find(sources, &self.source.path, &name, false);
        if let Some(view) = view {
            self.call(CallKind::Call, view, None, decl.line, Certainty::Exact);
        }
    }

    pub(super) fn top(&mut self) {
        for stmt in &self.source.outline.top {
            let mut line = None;
            stmt.walk(&mut |expr| line = line.or(Some(expr.line)));
            let at = line.and_then(|line| self.context.tree.type_at(self.module, line));
            let env = std::mem::take(&mut self.env);
            self.stand_in(at);
            self.env = env;
            if at.is_none()
                && let Some(owner) = self.context.views.owner(&self.source.path)
                && self.is_component(owner)
            {
                self.this = self.object_of(owner);
            }
            self.stmt(stmt);
        }
    }

    fn is_component(&self, class: ClassNo) -> bool {
        self.source.path.contains("/components/")
            && !self.context.tree.class(class).full_name.ends_with("Controller")
    }
}

fn is_mix_in(note: &Annotation) -> bool {
    matches!(note.name.as_str(), "include" | "prepend" | "extend")
}
