//! Bodies of Rust functions: statements and expressions, without anything a reference can't hide in.

use syn::{
    Block, Expr as Rust, Lit, Member, Pat, Path, Stmt as RustStmt, Type, ext::IdentExt as _,
};

use super::{lower::Lowering, patterns::element_of};
use crate::import::code::outline::{Arg, Expr, ExprKind, Stmt, TypeRef};

/// The name under which generic arguments of a call stand among its arguments, after the others.
pub(crate) const TYPE_ARGUMENT: &str = "type";

impl Lowering<'_> {
    /// The body of a function: what its last expression gives is what it returns.
    pub(super) fn body(&mut self, block: &Block, out: &mut Vec<Stmt>) {
        self.block(block, out);
        if let Some(Stmt::Expr(_)) = out.last()
            && matches!(block.stmts.last(), Some(RustStmt::Expr(_, None) | RustStmt::Macro(_)))
            && let Some(Stmt::Expr(value)) = out.pop()
        {
            out.push(Stmt::Return(value));
        }
    }

    pub(super) fn block(&mut self, block: &Block, out: &mut Vec<Stmt>) {
        let outer = self.enter_lines(block.brace_token.span.open(), block.brace_token.span.close());
        for stmt in &block.stmts {
            self.stmt(stmt, out);
        }
        self.within = outer;
    }

    pub(super) fn stmt(&mut self, stmt: &RustStmt, out: &mut Vec<Stmt>) {
        match stmt {
            RustStmt::Local(local) => {
                if super::attributes::test_only(&local.attrs) {
                    return;
                }
                let diverge = local.init.as_ref().and_then(|init| init.diverge.as_ref());
                match &local.init {
                    Some(init) => self.binding(&local.pat, &init.expr, out),
                    None => self.bind(&local.pat, None, None, out),
                }
                if let Some((_, otherwise)) = diverge {
                    let otherwise = self.expr(otherwise);
                    out.push(Stmt::Expr(otherwise));
                }
            }
            RustStmt::Item(item) => self.item(item),
            RustStmt::Expr(expr, semicolon) => self.expr_stmt(expr, semicolon.is_some(), out),
            RustStmt::Macro(call) => {
                if let Some(call) = self.macro_call(&call.mac) {
                    out.push(Stmt::Expr(call));
                }
            }
        }
    }

    /// `let pattern = value`, wherever it stands.
    fn binding(&mut self, pattern: &Pat, value: &Rust, out: &mut Vec<Stmt>) {
        if let (Pat::Tuple(names), Rust::Tuple(values)) = (pattern, value)
            && names.elems.len() == values.elems.len()
        {
            for (name, value) in names.elems.iter().zip(&values.elems) {
                self.binding(name, value, out);
            }
            return;
        }
        let value = self.expr(value);
        if simple_pattern(pattern) {
            self.bind(pattern, Some(&value), None, out);
            if matches!(pattern, Pat::Wild(_)) {
                out.push(Stmt::Expr(value));
            }
            return;
        }
        let name = self.repeatable(value, out);
        self.bind(pattern, Some(&name), None, out);
    }

    /// A value that can be named several times: plain names stay, all else gets a hidden name.
    fn repeatable(&mut self, value: Expr, out: &mut Vec<Stmt>) -> Expr {
        match &value.kind {
            ExprKind::Name(_) | ExprKind::This => value,
            _ => self.hidden(value, out),
        }
    }

    fn expr_stmt(&mut self, expr: &Rust, semicolon: bool, out: &mut Vec<Stmt>) {
        match expr {
            Rust::ForLoop(each) => self.for_loop(each, out),
            Rust::While(each) => {
                let mut body = Vec::new();
                self.condition(&each.cond, &mut body);
                self.block(&each.body, &mut body);
                out.push(Stmt::Loop { each: None, body });
            }
            Rust::Loop(each) => {
                let mut body = Vec::new();
                self.block(&each.body, &mut body);
                out.push(Stmt::Loop { each: None, body });
            }
            Rust::Assign(assign) => {
                let target = self.expr(&assign.left);
                let value = self.expr(&assign.right);
                out.push(Stmt::Assign { target, value });
            }
            Rust::Return(done) => {
                if let Some(value) = &done.expr {
                    let value = self.expr(value);
                    out.push(Stmt::Return(value));
                }
            }
            Rust::Block(inner) if semicolon => {
                let mut body = Vec::new();
                self.block(&inner.block, &mut body);
                out.push(Stmt::Block(body));
            }
            _ => {
                let value = self.expr(expr);
                out.push(Stmt::Expr(value));
            }
        }
    }

    fn for_loop(&mut self, each: &syn::ExprForLoop, out: &mut Vec<Stmt>) {
        let over = self.expr(&each.expr);
        let mut body = Vec::new();
        let name = self.param(&each.pat, None, &mut body);
        self.block(&each.body, &mut body);
        out.push(Stmt::Loop { each: Some((name.name, name.ty, over)), body });
    }

    /// What `if` and `while` ask: `let` conditions bind names for what follows.
    pub(super) fn condition(&mut self, condition: &Rust, out: &mut Vec<Stmt>) {
        match condition {
            Rust::Let(asked) => self.binding(&asked.pat, &asked.expr, out),
            Rust::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
                self.condition(&both.left, out);
                self.condition(&both.right, out);
            }
            Rust::Paren(inner) => self.condition(&inner.expr, out),
            _ => {
                let value = self.expr(condition);
                if !matches!(&value.kind, ExprKind::Other(parts) if parts.is_empty()) {
                    out.push(Stmt::Expr(value));
                }
            }
        }
    }

    /// One expression. The line is where its last name stands, so that a chain of calls has one line each.
    pub(super) fn expr(&mut self, expr: &Rust) -> Expr {
        let before = self.last_line;
        let kind = match expr {
            Rust::Path(path) => {
                return self.path_expr(path.qself.as_ref().map(|of| &*of.ty), &path.path);
            }
            Rust::MethodCall(call) => return self.method_call(call),
            Rust::Call(call) => return self.call(call),
            Rust::Struct(literal) => return self.struct_literal(literal),
            Rust::Field(field) => return self.field(field),
            Rust::Macro(call) => {
                let line = self.last_line;
                return self
                    .macro_call(&call.mac)
                    .unwrap_or_else(|| Expr::new(ExprKind::Other(Vec::new()), line));
            }
            Rust::Lit(literal) => return self.literal(&literal.lit),
            Rust::Index(index) => {
                let of = self.expr(&index.expr);
                let at = self.expr(&index.index);
                let line = of.line;
                let mut element = element_of(of, line);
                if let ExprKind::Call { args, .. } = &mut element.kind {
                    args.push(plain(at));
                }
                return element;
            }
            Rust::Cast(cast) => {
                let value = Box::new(self.expr(&cast.expr));
                match self.type_ref(&cast.ty) {
                    Some(ty) => ExprKind::Cast { ty, value },
                    None => ExprKind::Same(value),
                }
            }
            // What `?` takes out is not what it stands behind.
            Rust::Try(tried) => {
                let inner = self.expr(&tried.expr);
                ExprKind::Member(Box::new(inner), "?".to_owned())
            }
            Rust::Closure(closure) => self.closure(closure),
            Rust::If(choice) => self.choice(choice),
            Rust::Match(choice) => self.matching(choice),
            _ => match same_value(expr) {
                Some(inner) => ExprKind::Same(Box::new(self.expr(inner))),
                None => self.compound(expr),
            },
        };
        let line = first_line(&kind).unwrap_or(before);
        Expr::new(kind, line)
    }

    /// Expressions that are nothing but their parts.
    fn compound(&mut self, expr: &Rust) -> ExprKind {
        match expr {
            Rust::Array(list) => ExprKind::List(self.exprs(&list.elems)),
            Rust::Tuple(tuple) => ExprKind::List(self.exprs(&tuple.elems)),
            Rust::Repeat(list) => ExprKind::List(vec![self.expr(&list.expr)]),
            Rust::Binary(both) => {
                ExprKind::Other(vec![self.expr(&both.left), self.expr(&both.right)])
            }
            Rust::Assign(both) => {
                ExprKind::Other(vec![self.expr(&both.left), self.expr(&both.right)])
            }
            Rust::Range(range) => {
                let ends = range.start.iter().chain(range.end.iter());
                ExprKind::Other(ends.map(|end| self.expr(end)).collect())
            }
            Rust::Break(done) => {
                ExprKind::Other(done.expr.iter().map(|value| self.expr(value)).collect())
            }
            Rust::Yield(done) => {
                ExprKind::Other(done.expr.iter().map(|value| self.expr(value)).collect())
            }
            Rust::Block(inner) => self.block_value(&inner.block),
            Rust::Async(inner) => self.block_value(&inner.block),
            Rust::Unsafe(inner) => self.block_value(&inner.block),
            Rust::Const(inner) => self.block_value(&inner.block),
            Rust::TryBlock(inner) => self.block_value(&inner.block),
            Rust::Let(asked) => {
                let mut stmts = Vec::new();
                self.binding(&asked.pat, &asked.expr, &mut stmts);
                ExprKind::Block(stmts)
            }
            Rust::ForLoop(_) | Rust::While(_) | Rust::Loop(_) | Rust::Return(_) => {
                let mut stmts = Vec::new();
                self.expr_stmt(expr, true, &mut stmts);
                ExprKind::Block(stmts)
            }
            _ => ExprKind::Other(Vec::new()),
        }
    }

    fn block_value(&mut self, block: &Block) -> ExprKind {
        let mut stmts = Vec::new();
        self.block(block, &mut stmts);
        ExprKind::Block(stmts)
    }

    pub(super) fn exprs<'e>(&mut self, parts: impl IntoIterator<Item = &'e Rust>) -> Vec<Expr> {
        parts.into_iter().map(|part| self.expr(part)).collect()
    }

    /// A path as an expression: `a::b::c` is the member `c` of `a::b`, which is never a local name.
    pub(super) fn path_expr(&mut self, of: Option<&Type>, path: &Path) -> Expr {
        let segments: Vec<_> = path.segments.iter().collect();
        let Some(last) = segments.last() else {
            return Expr::new(ExprKind::Other(Vec::new()), self.last_line);
        };
        let line = self.line(last.ident.span());
        let name = last.ident.unraw().to_string();
        if of.is_none() && segments.len() == 1 {
            return self.single_name(path, name, line);
        }
        let mut base = Path { leading_colon: path.leading_colon, segments: path.segments.clone() };
        base.segments.pop();
        base.segments.pop_punct();
        let base = match of {
            None => self.path_type(None, &base),
            Some(of) => {
                if !base.segments.is_empty() {
                    let bound = self.path_type(None, &base);
                    self.named.push(bound);
                }
                self.type_ref(of).unwrap_or_default()
            }
        };
        let base = Box::new(Expr::new(ExprKind::Type(base), line));
        Expr::new(ExprKind::Member(base, name), line)
    }

    fn single_name(&mut self, path: &Path, name: String, line: u32) -> Expr {
        let kind = match name.as_str() {
            "self" => ExprKind::This,
            "Self" => ExprKind::Type(self.path_type(None, path)),
            _ if self.is_param(&name) => ExprKind::Type(self.path_type(None, path)),
            _ => ExprKind::Name(name),
        };
        Expr::new(kind, line)
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall) -> Expr {
        let receiver = self.expr(&call.receiver);
        let line = self.line(call.method.span());
        let mut args: Vec<Arg> = self.exprs(&call.args).into_iter().map(plain).collect();
        if let Some(types) = &call.turbofish {
            let types = self.generic_arguments(types);
            args.extend(type_arguments(types, line));
        }
        let method = call.method.unraw().to_string();
        let callee = Expr::new(ExprKind::Member(Box::new(receiver), method), line);
        Expr::new(ExprKind::Call { callee: Box::new(callee), args }, line)
    }

    fn call(&mut self, call: &syn::ExprCall) -> Expr {
        let callee = self.expr(&call.func);
        let line = callee.line;
        let mut args: Vec<Arg> = self.exprs(&call.args).into_iter().map(plain).collect();
        if let Rust::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
            && let syn::PathArguments::AngleBracketed(types) = &last.arguments
        {
            let types = self.generic_arguments(types);
            args.extend(type_arguments(types, line));
        }
        Expr::new(ExprKind::Call { callee: Box::new(callee), args }, line)
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> Expr {
        let line = literal
            .path
            .segments
            .last()
            .map_or(self.last_line, |last| self.line(last.ident.span()));
        let ty = self.path_type(literal.qself.as_ref().map(|of| &*of.ty), &literal.path);
        let mut args = Vec::new();
        for field in &literal.fields {
            let name = Some(member_name(&field.member));
            args.push(Arg { name, value: self.expr(&field.expr) });
        }
        if let Some(rest) = &literal.rest {
            args.push(plain(self.expr(rest)));
        }
        Expr::new(ExprKind::New { ty, args }, line)
    }

    fn field(&mut self, field: &syn::ExprField) -> Expr {
        let of = self.expr(&field.base);
        let line = match &field.member {
            Member::Named(ident) => self.line(ident.span()),
            Member::Unnamed(_) => of.line,
        };
        Expr::new(ExprKind::Member(Box::new(of), member_name(&field.member)), line)
    }

    pub(super) fn literal(&mut self, literal: &Lit) -> Expr {
        let line = self.line(literal.span());
        let kind = match literal {
            Lit::Str(text) => ExprKind::Text(text.value()),
            Lit::ByteStr(text) => {
                ExprKind::Text(String::from_utf8_lossy(&text.value()).into_owned())
            }
            _ => ExprKind::Other(Vec::new()),
        };
        Expr::new(kind, line)
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> ExprKind {
        let mut body = Vec::new();
        let params =
            closure.inputs.iter().map(|input| self.param(input, None, &mut body)).collect();
        match &*closure.body {
            Rust::Block(inner) => self.body(&inner.block, &mut body),
            value => {
                let value = self.expr(value);
                body.push(Stmt::Return(value));
            }
        }
        ExprKind::Lambda { params, body }
    }

    fn choice(&mut self, choice: &syn::ExprIf) -> ExprKind {
        let mut then = Vec::new();
        self.condition(&choice.cond, &mut then);
        self.block(&choice.then_branch, &mut then);
        let line = self.last_line;
        let mut branches = vec![Expr::new(ExprKind::Block(then), line)];
        if let Some((_, otherwise)) = &choice.else_branch {
            branches.push(self.expr(otherwise));
        }
        ExprKind::Choice(branches)
    }

    fn matching(&mut self, choice: &syn::ExprMatch) -> ExprKind {
        let asked = self.expr(&choice.expr);
        let line = asked.line;
        let mut stmts = Vec::new();
        let asked = if choice.arms.iter().all(|arm| !binds(&arm.pat)) {
            let value = asked.clone();
            stmts.push(Stmt::Expr(asked));
            Expr::new(ExprKind::Other(Vec::new()), value.line)
        } else {
            self.repeatable(asked, &mut stmts)
        };
        let mut branches = Vec::new();
        for arm in &choice.arms {
            if super::attributes::test_only(&arm.attrs) {
                continue;
            }
            let mut branch = Vec::new();
            self.bind(&arm.pat, Some(&asked), None, &mut branch);
            self.expr_stmt(&arm.body, false, &mut branch);
            branches.push(Expr::new(ExprKind::Block(branch), line));
        }
        stmts.push(Stmt::Expr(Expr::new(ExprKind::Choice(branches), line)));
        ExprKind::Block(stmts)
    }
}

/// What is inside an expression that hands its value through.
fn same_value(expr: &Rust) -> Option<&Rust> {
    match expr {
        Rust::Await(inner) => Some(&inner.base),
        Rust::Reference(inner) => Some(&inner.expr),
        Rust::RawAddr(inner) => Some(&inner.expr),
        Rust::Paren(inner) => Some(&inner.expr),
        Rust::Group(inner) => Some(&inner.expr),
        Rust::Unary(inner) => Some(&inner.expr),
        _ => None,
    }
}

fn simple_pattern(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(ident) => ident.subpat.is_none(),
        Pat::Type(typed) => simple_pattern(&typed.pat),
        Pat::Reference(inner) => simple_pattern(&inner.pat),
        Pat::Paren(inner) => simple_pattern(&inner.pat),
        Pat::Wild(_) => true,
        _ => false,
    }
}

/// Whether anything of the value that is matched gets a name.
fn binds(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(ident) => {
            ident.subpat.is_some() || !ident.ident.to_string().starts_with(char::is_uppercase)
        }
        Pat::Wild(_) | Pat::Lit(_) | Pat::Path(_) | Pat::Range(_) | Pat::Rest(_) => false,
        Pat::Or(cases) => cases.cases.iter().any(binds),
        Pat::Guard(guarded) => binds(&guarded.pat),
        _ => true,
    }
}

fn member_name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

pub(super) fn plain(value: Expr) -> Arg {
    Arg { name: None, value }
}

fn type_arguments(types: Vec<TypeRef>, line: u32) -> impl Iterator<Item = Arg> {
    types.into_iter().filter(|ty| !ty.name.is_empty()).map(move |ty| Arg {
        name: Some(TYPE_ARGUMENT.to_owned()),
        value: Expr::new(ExprKind::Type(ty), line),
    })
}

/// The line of the first part that has one.
fn first_line(kind: &ExprKind) -> Option<u32> {
    match kind {
        ExprKind::Same(inner)
        | ExprKind::Member(inner, _)
        | ExprKind::Cast { value: inner, .. } => Some(inner.line),
        ExprKind::List(parts) | ExprKind::Other(parts) | ExprKind::Choice(parts) => {
            parts.first().map(|part| part.line)
        }
        _ => None,
    }
}
