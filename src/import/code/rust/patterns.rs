//! Rust patterns: each name they bind becomes a `Let`, each type or constant they name a reference.

use syn::{Member, Pat, Path, ext::IdentExt as _};

use super::lower::Lowering;
use crate::import::code::outline::{Expr, ExprKind, Param, Stmt, TypeRef};

impl Lowering<'_> {
    /// Binds what `pattern` names in `value`, which must be cheap to repeat. `ty` is the declared type.
    pub(super) fn bind(
        &mut self,
        pattern: &Pat,
        value: Option<&Expr>,
        ty: Option<TypeRef>,
        out: &mut Vec<Stmt>,
    ) {
        match pattern {
            Pat::Ident(ident) => self.bind_ident(ident, value, ty, out),
            Pat::Type(typed) => {
                let declared = self.type_ref(&typed.ty);
                self.bind(&typed.pat, value, declared.or(ty), out);
            }
            Pat::Reference(inner) => self.bind(&inner.pat, value, ty, out),
            Pat::Paren(inner) => self.bind(&inner.pat, value, ty, out),
            Pat::Guard(guarded) => {
                self.bind(&guarded.pat, value, ty, out);
                self.condition(&guarded.guard, out);
            }
            Pat::Or(cases) => self.bind_cases(cases, value, ty.as_ref(), out),
            Pat::Tuple(tuple) => {
                let parts: Vec<&Pat> = tuple.elems.iter().collect();
                self.bind_parts(&parts, value, ty.as_ref(), out);
            }
            Pat::TupleStruct(tuple) => {
                let parts: Vec<&Pat> = tuple.elems.iter().collect();
                self.bind_tuple_struct(&tuple.path, &parts, value, ty, out);
            }
            Pat::Struct(whole) => self.bind_struct(whole, value, out),
            Pat::Slice(list) => {
                let element = ty.and_then(|ty| ty.args.into_iter().next());
                for part in &list.elems {
                    let line = self.last_line;
                    let item = value.map(|value| element_of(value.clone(), line));
                    self.bind(part, item.as_ref(), element.clone(), out);
                }
            }
            Pat::Path(path) => {
                let named = self.path_expr(path.qself.as_ref().map(|of| &*of.ty), &path.path);
                out.push(Stmt::Expr(named));
            }
            _ => {}
        }
    }

    fn bind_ident(
        &mut self,
        ident: &syn::PatIdent,
        value: Option<&Expr>,
        ty: Option<TypeRef>,
        out: &mut Vec<Stmt>,
    ) {
        let name = ident.ident.unraw().to_string();
        let line = self.line(ident.ident.span());
        if let Some((_, inner)) = &ident.subpat {
            self.bind(inner, value, ty.clone(), out);
        } else if ident.by_ref.is_none()
            && ident.mutability.is_none()
            && name.starts_with(|c: char| c.is_uppercase())
        {
            out.push(Stmt::Expr(Expr::new(ExprKind::Name(name), line)));
            return;
        }
        out.push(Stmt::Let { name, ty, value: value.cloned(), line });
    }

    /// The cases of `A(x) | B(x)` bind the same names: the first one tells their types.
    fn bind_cases(
        &mut self,
        cases: &syn::PatOr,
        value: Option<&Expr>,
        ty: Option<&TypeRef>,
        out: &mut Vec<Stmt>,
    ) {
        for (at, case) in cases.cases.iter().enumerate() {
            let mut stmts = Vec::new();
            self.bind(case, value, ty.cloned(), &mut stmts);
            if at > 0 {
                stmts.retain(
                    |stmt| !matches!(stmt, Stmt::Let { name, .. } if !name.starts_with('#')),
                );
            }
            out.append(&mut stmts);
        }
    }

    fn bind_parts(
        &mut self,
        parts: &[&Pat],
        value: Option<&Expr>,
        ty: Option<&TypeRef>,
        out: &mut Vec<Stmt>,
    ) {
        let rest = parts.iter().position(|part| matches!(part, Pat::Rest(_)));
        for (at, part) in parts.iter().enumerate() {
            let known = rest.is_none_or(|rest| at < rest);
            let part_ty = ty.filter(|_| known).and_then(|ty| ty.args.get(at)).cloned();
            let part_value = value.filter(|_| known).map(|value| {
                let line = value.line;
                Expr::new(ExprKind::Member(Box::new(value.clone()), at.to_string()), line)
            });
            self.bind(part, part_value.as_ref(), part_ty.filter(|ty| !ty.name.is_empty()), out);
        }
    }

    fn bind_tuple_struct(
        &mut self,
        path: &Path,
        parts: &[&Pat],
        value: Option<&Expr>,
        ty: Option<TypeRef>,
        out: &mut Vec<Stmt>,
    ) {
        let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match (name.as_str(), parts) {
            ("Some" | "Ok", [part]) => {
                let inner = ty.and_then(|ty| ty.args.into_iter().next());
                let value = value.map(|value| member(value, "0"));
                self.bind(part, value.as_ref(), inner, out);
            }
            ("Err", [part]) => {
                let inner = ty.and_then(|ty| ty.args.into_iter().nth(1));
                let value = value.map(|value| member(value, "Err"));
                self.bind(part, value.as_ref(), inner, out);
            }
            _ => {
                let named = self.path_type(None, path);
                if let Some(wrapped) = ty.filter(|ty| !ty.args.is_empty()) {
                    let line = named.line;
                    out.push(Stmt::Expr(Expr::new(ExprKind::Type(named), line)));
                    self.bind_parts(parts, None, Some(&wrapped), out);
                } else {
                    let whole = self.seen_as(named, value, out);
                    self.bind_parts(parts, Some(&whole), None, out);
                }
            }
        }
    }

    fn bind_struct(&mut self, pattern: &syn::PatStruct, value: Option<&Expr>, out: &mut Vec<Stmt>) {
        let named = self.path_type(pattern.qself.as_ref().map(|of| &*of.ty), &pattern.path);
        let whole = self.seen_as(named, value, out);
        for field in &pattern.fields {
            let name = match &field.member {
                Member::Named(ident) => ident.unraw().to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            };
            let part = member(&whole, &name);
            self.bind(&field.pat, Some(&part), None, out);
        }
    }

    /// A new hidden name for `value`, now known to be a `ty`.
    fn seen_as(&mut self, ty: TypeRef, value: Option<&Expr>, out: &mut Vec<Stmt>) -> Expr {
        let line = if ty.line > 0 { ty.line } else { self.last_line };
        let value = value.cloned().unwrap_or_else(|| Expr::new(ExprKind::Other(Vec::new()), line));
        let cast = Expr::new(ExprKind::Cast { ty, value: Box::new(value) }, line);
        self.hidden(cast, out)
    }

    /// Gives `value` a name of our own, so that it can be repeated without counting twice.
    pub(super) fn hidden(&mut self, value: Expr, out: &mut Vec<Stmt>) -> Expr {
        self.hidden_count += 1;
        let name = format!("#{}", self.hidden_count);
        let line = value.line;
        out.push(Stmt::Let { name: name.clone(), ty: None, value: Some(value), line });
        Expr::new(ExprKind::Name(name), line)
    }

    /// A parameter: its name, its type, and what must be bound from it where it is a pattern.
    pub(super) fn param(
        &mut self,
        pattern: &Pat,
        ty: Option<TypeRef>,
        out: &mut Vec<Stmt>,
    ) -> Param {
        match pattern {
            Pat::Type(typed) => {
                let declared = self.type_ref(&typed.ty);
                self.param(&typed.pat, declared.or(ty), out)
            }
            Pat::Ident(ident) if ident.subpat.is_none() => {
                Param { name: ident.ident.unraw().to_string(), ty, annotations: Vec::new() }
            }
            Pat::Reference(inner) => self.param(&inner.pat, ty, out),
            Pat::Paren(inner) => self.param(&inner.pat, ty, out),
            _ => {
                self.hidden_count += 1;
                let name = format!("#{}", self.hidden_count);
                let line = self.last_line;
                let value = Expr::new(ExprKind::Name(name.clone()), line);
                let implied = ty.clone().map(super::types::unwritten);
                self.bind(pattern, Some(&value), implied, out);
                Param { name, ty, annotations: Vec::new() }
            }
        }
    }
}

fn member(of: &Expr, name: &str) -> Expr {
    Expr::new(ExprKind::Member(Box::new(of.clone()), name.to_owned()), of.line)
}

/// One element of a list or map: written as a call of the member `[]`.
pub(super) fn element_of(list: Expr, line: u32) -> Expr {
    let callee = Expr::new(ExprKind::Member(Box::new(list), "[]".to_owned()), line);
    Expr::new(ExprKind::Call { callee: Box::new(callee), args: Vec::new() }, line)
}
