//! Looking up constants and methods among the classes of a program, as Ruby does.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    members::Member,
    tree::{Base, Class, ClassNo, Constant, MODEL_BASES, TOP, Tree, is_plain_base, loose},
};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::{Expr, ExprKind, TypeDecl},
        types::TypeId,
    },
};

/// What a constant's name means.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    Class(ClassNo),
    Constant(Constant<'a>),
}

/// A method that was found.
#[derive(Clone, Copy)]
pub(crate) enum Found<'t, 'a> {
    Function(FunctionId),
    /// What a macro declares, and the class that says so.
    Member(ClassNo, &'t Member<'a>),
}

impl<'a> Tree<'_, 'a> {
    pub(crate) fn class(&self, class: ClassNo) -> &Class<'a> {
        &self.classes[class]
    }

    pub(crate) fn class_of_type(&self, id: TypeId) -> Option<ClassNo> {
        self.by_type.get(&id).copied()
    }

    /// The class that a declaration of a file belongs to.
    pub(crate) fn declared(&self, module: ModuleId, at: usize) -> Option<ClassNo> {
        self.declared.get(module.index())?.get(at).copied()
    }

    pub(super) fn child(&self, class: ClassNo, name: &str) -> Option<ClassNo> {
        self.classes[class].children.get(name).copied()
    }

    /// The classes around a declared type, itself first.
    pub(crate) fn nesting_of(&self, module: ModuleId, at: Option<usize>) -> Vec<ClassNo> {
        let around = &self.around[module.index()];
        let types = std::iter::successors(at, |at| around.get(*at).copied().flatten());
        types.filter_map(|at| self.declared(module, at)).collect()
    }

    /// The innermost declared type around a line.
    pub(crate) fn type_at(&self, module: ModuleId, line: u32) -> Option<usize> {
        let types = &self.sources[module.index()].outline.types;
        let holds = |decl: &TypeDecl| (decl.line..=decl.end_line).contains(&line);
        types.iter().rposition(holds)
    }

    /// What a constant means: in the classes around, in the ancestors of the innermost, at the top.
    pub(crate) fn named(&self, nesting: &[ClassNo], written: &str) -> Option<Named<'a>> {
        self.named_at(nesting, written, 0)
    }

    fn named_at(&self, nesting: &[ClassNo], written: &str, depth: u32) -> Option<Named<'a>> {
        if depth > 8 {
            return None;
        }
        let (path, absolute) = match written.strip_prefix("::") {
            Some(path) => (path, true),
            None => (written, false),
        };
        let mut segments = path.split('.');
        let first = segments.next()?;
        let own = if absolute { None } else { self.in_nesting(nesting, first, depth) };
        let mut named = own.or_else(|| self.own_constant(TOP, first, depth))?;
        for segment in segments {
            let Named::Class(class) = named else { return None };
            named = self.inherited_constant(class, segment, depth)?;
        }
        Some(named)
    }

    fn in_nesting(&self, nesting: &[ClassNo], name: &str, depth: u32) -> Option<Named<'a>> {
        let lexical = nesting.iter().find_map(|class| self.own_constant(*class, name, depth));
        lexical.or_else(|| self.inherited_constant(*nesting.first()?, name, depth))
    }

    fn own_constant(&self, class: ClassNo, name: &str, depth: u32) -> Option<Named<'a>> {
        let entry = &self.classes[class];
        if let Some(child) = entry.children.get(name) {
            return Some(Named::Class(*child));
        }
        let constant = *entry.constants.get(name)?;
        // `Basket = Cart`: another name for a class.
        if let Some(Expr { kind: ExprKind::Type(ty), .. }) = constant.value {
            let at = self.type_at(constant.module, constant.line);
            let nesting = self.nesting_of(constant.module, at);
            let alias = self.named_at(&nesting, &ty.name, depth + 1);
            if let Some(Named::Class(class)) = alias {
                return Some(Named::Class(class));
            }
        }
        Some(Named::Constant(constant))
    }

    fn inherited_constant(&self, class: ClassNo, name: &str, depth: u32) -> Option<Named<'a>> {
        let own = self.own_constant(class, name, depth);
        own.or_else(|| {
            let ancestors = self.classes[class].ancestors.iter().filter(|it| **it != class);
            ancestors.into_iter().find_map(|class| self.own_constant(*class, name, depth))
        })
    }

    /// The class that a word stands for where frameworks make a class of it: `line_items`' `line_item` is
    /// `LineItem`, looked for beside the class that says so and around that.
    pub(crate) fn by_word(&self, from: ClassNo, word: &str) -> Option<ClassNo> {
        let mut at = from;
        loop {
            if let Some(found) = self.below(at, word) {
                return Some(found);
            }
            if at == TOP {
                return None;
            }
            at = self.classes[at].around;
        }
    }

    /// The declared class of that path (`shop/line_item`) below another.
    pub(crate) fn below(&self, class: ClassNo, path: &str) -> Option<ClassNo> {
        let segments = path.split(['/', '.']).flat_map(|part| part.split("::"));
        let mut at = class;
        for segment in segments.filter(|segment| !segment.is_empty()) {
            at = *self.classes[at].loose_children.get(&loose(segment))?;
        }
        (at != class && self.classes[at].type_id.is_some()).then_some(at)
    }

    /// The method that an object of a class answers with.
    pub(crate) fn instance_method(&self, class: ClassNo, name: &str) -> Option<Found<'_, 'a>> {
        let ancestors = self.classes[class].ancestors.iter();
        ancestors.into_iter().find_map(|class| self.own_method(*class, name))
    }

    fn own_method(&self, class: ClassNo, name: &str) -> Option<Found<'_, 'a>> {
        let entry = &self.classes[class];
        if let Some(id) = self.preferred(entry, entry.functions.get(name)) {
            return Some(Found::Function(id));
        }
        let member = entry.members.get(name).filter(|member| !member.is_static())?;
        Some(Found::Member(class, member))
    }

    /// The method that a class itself answers with.
    pub(crate) fn static_method(&self, class: ClassNo, name: &str) -> Option<Found<'_, 'a>> {
        for ancestor in &self.classes[class].ancestors {
            let entry = &self.classes[*ancestor];
            let is_mixed_in = entry.is_module && *ancestor != class;
            let functions = if is_mixed_in { &entry.class_methods } else { &entry.statics };
            if let Some(id) = self.preferred(entry, functions.get(name)) {
                return Some(Found::Function(id));
            }
            if let Some(member) = entry.members.get(name).filter(|member| member.is_static()) {
                return Some(Found::Member(*ancestor, member));
            }
            let nested = is_mixed_in.then(|| self.child(*ancestor, "ClassMethods")).flatten();
            let extends = entry.extends.iter().rev().filter_map(|base| match base {
                Base::Class(class) => Some(*class),
                Base::Outside(_) => None,
            });
            for module in extends.chain(nested) {
                if let Some(found) = self.instance_method(module, name) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// The method that `super` runs in a method of a class.
    pub(crate) fn super_method(
        &self,
        class: ClassNo,
        name: &str,
        is_static: bool,
    ) -> Option<Found<'_, 'a>> {
        let entry = &self.classes[class];
        if is_static {
            return match entry.superclass {
                Some(Base::Class(base)) => self.static_method(base, name),
                _ => None,
            };
        }
        let at = entry.ancestors.iter().position(|it| *it == class)?;
        entry.ancestors[at + 1..].iter().find_map(|class| self.own_method(*class, name))
    }

    fn preferred(&self, class: &Class<'a>, ids: Option<&Vec<FunctionId>>) -> Option<FunctionId> {
        let ids = ids?;
        let at_home = ids.iter().find(|id| {
            self.symbols.function(**id).is_some_and(|(module, _)| Some(module) == class.home)
        });
        at_home.or(ids.first()).copied()
    }

    /// Whether a class descends from something that is not of the monolith, besides `Object`.
    pub(crate) fn has_outside(&self, class: ClassNo) -> bool {
        let entry = &self.classes[class];
        let extends = entry
            .extends
            .iter()
            .any(|base| matches!(base, Base::Outside(name) if !name.ends_with("Concern")));
        extends || entry.outside.iter().any(|name| !is_plain_base(name))
    }

    /// Whether some ancestor outside the monolith has one of these full names, with dots.
    pub(crate) fn descends_from(&self, class: ClassNo, names: &[&str]) -> bool {
        self.classes[class].outside.iter().any(|name| names.contains(&name.as_str()))
    }

    /// Whether objects of the class are rows of a table.
    pub(crate) fn is_model(&self, class: ClassNo) -> bool {
        let entry = &self.classes[class];
        let by_base = || entry.outside.iter().any(|name| self.model_bases.contains(name));
        !entry.is_module && (self.descends_from(class, MODEL_BASES) || by_base())
    }

    /// The engines that isolate a namespace, with the module that it is.
    pub(crate) fn isolated(&self) -> Vec<(ClassNo, ClassNo)> {
        let mut isolated = Vec::new();
        for class in 1..self.classes.len() {
            for (module, at) in &self.classes[class].declarations {
                let notes = &self.sources[module.index()].outline.types[*at].annotations;
                for note in notes.iter().filter(|note| note.name == "isolate_namespace") {
                    let named = match note.args.first().map(|arg| &arg.value.kind) {
                        Some(ExprKind::Type(ty)) => self.named(&[], &ty.name),
                        _ => None,
                    };
                    if let Some(Named::Class(of)) = named {
                        isolated.push((class, of));
                    }
                }
            }
        }
        isolated
    }

    /// The classes that have a module among their ancestors.
    pub(crate) fn includers(&self) -> FxHashMap<ClassNo, Vec<ClassNo>> {
        let mut includers: FxHashMap<ClassNo, Vec<ClassNo>> = FxHashMap::default();
        for (class, entry) in self.classes.iter().enumerate().filter(|(_, it)| !it.is_module) {
            for module in entry.ancestors.iter().filter(|it| self.classes[**it].is_module) {
                includers.entry(*module).or_default().push(class);
            }
        }
        includers
    }
}

/// Distinct functions among several lists.
pub(crate) fn only<T: Copy + Eq + std::hash::Hash>(
    found: impl IntoIterator<Item = T>,
) -> Option<T> {
    let distinct: FxHashSet<T> = found.into_iter().collect();
    if distinct.len() == 1 { distinct.iter().next().copied() } else { None }
}
