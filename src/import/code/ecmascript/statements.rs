//! Statements.

use super::Lowering;
use crate::import::code::{
    outline::{Expr, ExprKind, FunctionDecl, Param, Stmt, Visibility},
    tree::Syntax,
};

/// Calls whose functions serve something.
const HANDED: [&str; 22] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "del",
    "head",
    "options",
    "all",
    "use",
    "query",
    "mutation",
    "process",
    "schedule",
    "scheduleJob",
    "define",
    "consume",
    "subscribe",
    "work",
    "action",
    "on",
    "cron",
];

impl Lowering {
    pub(super) fn block(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        for child in node.children() {
            self.statement(child, &mut body);
        }
        body
    }

    /// Lowers a statement; what lies too deep is left out.
    pub(super) fn statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if self.enter() {
            self.statement_at(node, into);
        }
        self.leave();
    }

    fn statement_at(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        match node.kind() {
            "expression_statement" => {
                for child in node.children() {
                    self.expression_statement(child, into);
                }
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in node.children() {
                    self.declared(declarator, into);
                }
            }
            "return_statement" => {
                let value = node.children().into_iter().next();
                into.extend(value.map(|value| Stmt::Return(self.expr(value))));
            }
            "function_declaration" | "generator_function_declaration" => {
                let Some(name) = node.field("name") else { return };
                let value = Some(self.lambda(node));
                let name = name.text().to_owned();
                into.push(Stmt::Let { name, ty: None, value, line: node.line() });
            }
            "class_declaration"
            | "abstract_class_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "enum_declaration" => self.declaration(node, false, &[], into),
            "statement_block" => into.push(Stmt::Block(self.block(node))),
            "if_statement" => self.branches(node, into),
            "for_statement" => self.for_loop(node, into),
            "for_in_statement" => self.for_each(node, into),
            "while_statement" | "do_statement" => {
                let mut body = Vec::new();
                let condition = node.field("condition").map(|it| Stmt::Expr(self.expr(it)));
                body.extend(condition);
                if let Some(block) = node.field("body") {
                    self.statement(block, &mut body);
                }
                into.push(Stmt::Loop { each: None, body });
            }
            "try_statement" => self.attempt(node, into),
            "switch_statement" => self.switch(node, into),
            "labeled_statement" => {
                if let Some(body) = node.field("body") {
                    self.statement(body, into);
                }
            }
            "throw_statement" => {
                for child in node.children() {
                    into.push(Stmt::Expr(self.expr(child)));
                }
            }
            "import_statement" => self.import(node),
            "export_statement" => self.export(node),
            "empty_statement"
            | "break_statement"
            | "continue_statement"
            | "debugger_statement"
            | "hash_bang_line"
            | "function_signature"
            | "import_alias"
            | "ambient_declaration" => {}
            "internal_module" | "module" => self.declaration(node, false, &[], into),
            _ => {
                let value = self.expr(node);
                into.push(Stmt::Expr(value));
            }
        }
    }

    fn expression_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if node.kind() != "assignment_expression" {
            let mut value = self.expr(node);
            if self.within.is_none() && self.owner.is_none() {
                self.name_handlers(&mut value, node.end_line());
            }
            into.push(Stmt::Expr(value));
            return;
        }
        if self.within.is_none() && self.common_export(node, into) {
            return;
        }
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let value = self.expr(right);
        if left.kind() == "identifier" {
            let target = self.expr(left);
            into.push(Stmt::Assign { target, value });
        } else {
            self.bind(left, None, Some(value), into);
        }
    }

    /// Functions that the top of a file hands to a router, a queue or a scheduler are functions of the file, under
    /// the name of what they serve: `app.get("/orders", (request) => …)`.
    fn name_handlers(&mut self, value: &mut Expr, end_line: u32) {
        let mut expr = value;
        for _ in 0..200 {
            let ExprKind::Call { callee, args } = &mut expr.kind else { return };
            let ExprKind::Member(of, verb) = &mut callee.kind else { return };
            let path = match args.first().map(|arg| &arg.value.kind) {
                Some(ExprKind::Text(path)) => path.replace('.', "\u{b7}"),
                _ => String::new(),
            };
            if HANDED.contains(&verb.as_str()) {
                let name = format!("{verb} {path}").trim_end().to_owned();
                for arg in args.iter_mut() {
                    let wrapped = match &mut arg.value.kind {
                        ExprKind::Call { args, .. } => args.last_mut().map(|arg| &mut arg.value),
                        _ => None,
                    };
                    match wrapped {
                        Some(inner) => self.name_handler(inner, &name, end_line),
                        None => self.name_handler(&mut arg.value, &name, end_line),
                    }
                }
            }
            expr = of;
        }
    }

    fn name_handler(&mut self, value: &mut Expr, name: &str, end_line: u32) {
        if !matches!(value.kind, ExprKind::Lambda { .. }) {
            return;
        }
        let known = |name: &str| self.outline.functions.iter().any(|it| it.name == name);
        let mut unique = name.to_owned();
        let mut count = 2;
        while known(&unique) {
            unique = format!("{name} ({count})");
            count += 1;
        }
        let named = ExprKind::Name(unique.clone());
        let line = value.line;
        if let ExprKind::Lambda { params, body } = std::mem::replace(&mut value.kind, named) {
            self.outline.functions.push(FunctionDecl {
                name: unique,
                visibility: Visibility::Private,
                params,
                body,
                line,
                end_line,
                ..FunctionDecl::default()
            });
        }
    }

    fn branches(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(condition) = node.field("condition") {
            into.push(Stmt::Expr(self.expr(condition)));
        }
        for branch in [node.field("consequence"), node.field("alternative")].into_iter().flatten() {
            let mut body = Vec::new();
            match branch.kind() {
                "statement_block" => body = self.block(branch),
                "else_clause" => {
                    for child in branch.children() {
                        self.statement(child, &mut body);
                    }
                }
                _ => self.statement(branch, &mut body),
            }
            into.push(Stmt::Block(body));
        }
    }

    fn for_loop(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let mut all = Vec::new();
        if let Some(first) = node.field("initializer") {
            self.statement(first, &mut all);
        }
        let mut body = Vec::new();
        for part in node.fields("condition").into_iter().chain(node.fields("increment")) {
            self.statement(part, &mut body);
        }
        if let Some(block) = node.field("body") {
            self.statement(block, &mut body);
        }
        all.push(Stmt::Loop { each: None, body });
        into.push(Stmt::Block(all));
    }

    fn for_each(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let over = self.expr(right);
        let line = left.line();
        let mut body = Vec::new();
        let has_elements = node.field("operator").is_none_or(|it| it.text() == "of");
        let name = match left.kind() {
            "identifier" if has_elements => left.text().to_owned(),
            "identifier" => {
                self.bind(left, None, None, &mut body);
                String::new()
            }
            _ => {
                let start = left.node.start_position();
                let name = format!("(each {} {})", start.row, start.column);
                let each = super::modules::name(&name, line);
                self.bind(left, None, Some(each), &mut body);
                name
            }
        };
        if let Some(block) = node.field("body") {
            self.statement(block, &mut body);
        }
        into.push(Stmt::Loop { each: Some((name, None, over)), body });
    }

    fn attempt(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(body) = node.field("body") {
            self.statement(body, into);
        }
        if let Some(handler) = node.field("handler") {
            let mut body = Vec::new();
            if let Some(parameter) = handler.field("parameter") {
                self.bind(parameter, None, None, &mut body);
            }
            body.extend(handler.field("body").map(|it| self.block(it)).unwrap_or_default());
            into.push(Stmt::Block(body));
        }
        if let Some(body) = node.field("finalizer").and_then(|it| it.field("body")) {
            self.statement(body, into);
        }
    }

    fn switch(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(value) = node.field("value") {
            into.push(Stmt::Expr(self.expr(value)));
        }
        let mut all = Vec::new();
        for case in node.field("body").map(Syntax::children).unwrap_or_default() {
            if let Some(value) = case.field("value") {
                all.push(Stmt::Expr(self.expr(value)));
            }
            for statement in case.fields("body") {
                self.statement(statement, &mut all);
            }
        }
        into.push(Stmt::Block(all));
    }

    /// A function as a value.
    pub(super) fn lambda(&mut self, node: Syntax<'_>) -> Expr {
        let this = self.this_is_owner;
        self.this_is_owner &= node.kind() == "arrow_function";
        let outside = self.enter_function(node);
        let (params, body): (Vec<Param>, Vec<Stmt>) = self.params_and_body(node);
        self.within = outside;
        self.this_is_owner = this;
        Expr::new(ExprKind::Lambda { params, body }, node.line())
    }
}
