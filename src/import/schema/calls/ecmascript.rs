//! TypeScript and JavaScript as calls.

use tree_sitter::Node;

use super::{Call, Class, Function, Reader, Value, children};

/// The statements in a node, bodies of conditions and loops among them.
pub(super) fn statements(node: Node<'_>, reader: Reader<'_>) -> Vec<Value> {
    let Some(reader) = reader.deeper() else { return Vec::new() };
    let mut values = Vec::new();
    for child in children(node) {
        statement(child, reader, &mut values);
    }
    values
}

fn statement(node: Node<'_>, reader: Reader<'_>, values: &mut Vec<Value>) {
    match node.kind() {
        "comment" | "import_statement" => {}
        "expression_statement"
        | "statement_block"
        | "try_statement"
        | "return_statement"
        | "else_clause"
        | "lexical_declaration"
        | "variable_declaration" => {
            values.extend(statements(node, reader));
        }
        "export_statement" => {
            let inner = node.child_by_field_name("declaration");
            if let Some(inner) = inner {
                statement(inner, reader, values);
            } else if let Some(exported) = node.child_by_field_name("value") {
                let name = "module.exports".to_owned();
                values.push(Value::Assign(name, Box::new(value(exported, reader))));
            }
        }
        "if_statement" | "for_statement" | "for_in_statement" | "while_statement" => {
            for field in ["consequence", "alternative", "body"] {
                if let Some(body) = node.child_by_field_name(field) {
                    statement(body, reader, values);
                }
            }
        }
        _ => values.push(value(node, reader)),
    }
}

fn value(node: Node<'_>, reader: Reader<'_>) -> Value {
    let Some(reader) = reader.deeper() else { return Value::Unknown };
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "string" => Value::Text(string(node, reader)),
        "template_string" => {
            let is_plain = children(node).iter().all(|it| it.kind() != "template_substitution");
            if is_plain { Value::Text(string(node, reader)) } else { Value::Unknown }
        }
        "number" => Value::Number(reader.of(node).replace('_', "")),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" | "undefined" => Value::Null,
        "array" => Value::List(children(node).into_iter().map(|it| value(it, reader)).collect()),
        "object" => object(node, reader),
        "identifier" | "member_expression" => Value::Name(reader.of(node).to_owned()),
        "await_expression"
        | "parenthesized_expression"
        | "as_expression"
        | "non_null_expression"
        | "satisfies_expression" => {
            children(node).first().map_or(Value::Unknown, |inner| value(*inner, reader))
        }
        "binary_expression" => {
            let side = |name: &str| field(name).map(|it| value(it, reader));
            match (side("left"), side("right")) {
                (Some(Value::Text(a)), Some(Value::Text(b))) => Value::Text(a + &b),
                _ => Value::Unknown,
            }
        }
        "variable_declarator" | "assignment_expression" | "public_field_definition" => {
            let name = field("name").or_else(|| field("left"));
            let given = field("value").or_else(|| field("right"));
            match (name, given) {
                (Some(name), Some(given)) => {
                    Value::Assign(reader.of(name).to_owned(), Box::new(value(given, reader)))
                }
                _ => Value::Unknown,
            }
        }
        "call_expression" | "new_expression" => call(node, reader),
        "arrow_function" | "function_expression" | "function_declaration" | "method_definition" => {
            function(node, reader)
        }
        "class_declaration" | "class" | "abstract_class_declaration" => {
            let name = field("name").map_or("", |it| reader.of(it)).to_owned();
            let body = field("body").map(|it| statements(it, reader)).unwrap_or_default();
            Value::Class(Box::new(Class { name, bases: Vec::new(), body }))
        }
        _ => Value::Unknown,
    }
}

fn string(node: Node<'_>, reader: Reader<'_>) -> String {
    let mut text = String::new();
    for part in children(node) {
        match (part.kind(), reader.of(part)) {
            ("escape_sequence", "\\n") => text.push('\n'),
            ("escape_sequence", "\\t") => text.push('\t'),
            ("escape_sequence", escaped) => text.push_str(escaped.trim_start_matches('\\')),
            (_, plain) => text.push_str(plain),
        }
    }
    text
}

fn object(node: Node<'_>, reader: Reader<'_>) -> Value {
    let mut pairs = Vec::new();
    for member in children(node) {
        let key = member.child_by_field_name("key").or_else(|| member.child_by_field_name("name"));
        let name = |key: Node<'_>| {
            Value::Text(reader.of(key).trim_matches(['"', '\'', '`', '[', ']']).to_owned())
        };
        match (member.kind(), key) {
            ("pair", Some(key)) => {
                if let Some(given) = member.child_by_field_name("value") {
                    pairs.push((name(key), value(given, reader)));
                }
            }
            ("method_definition", Some(key)) => pairs.push((name(key), function(member, reader))),
            ("shorthand_property_identifier", _) => {
                let text = reader.of(member).to_owned();
                pairs.push((Value::Text(text.clone()), Value::Name(text)));
            }
            _ => {}
        }
    }
    Value::Map(pairs)
}

fn call(node: Node<'_>, reader: Reader<'_>) -> Value {
    let callee =
        node.child_by_field_name("function").or_else(|| node.child_by_field_name("constructor"));
    let Some(callee) = callee else { return Value::Unknown };
    let parts = (callee.child_by_field_name("object"), callee.child_by_field_name("property"));
    let (on, name, line) = match parts {
        (Some(object), Some(property)) => {
            (Some(value(object, reader)), reader.of(property), Reader::line(property))
        }
        _ => (None, reader.of(callee), Reader::line(callee)),
    };
    let args = node.child_by_field_name("arguments").map(|list| match list.kind() {
        "arguments" => children(list).into_iter().map(|it| value(it, reader)).collect(),
        _ => vec![value(list, reader)],
    });
    Value::Call(Box::new(Call {
        on,
        name: name.to_owned(),
        args: args.unwrap_or_default(),
        named: Vec::new(),
        line,
    }))
}

fn function(node: Node<'_>, reader: Reader<'_>) -> Value {
    let name = node.child_by_field_name("name").map_or("", |it| reader.of(it)).to_owned();
    let list = node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let param =
        |it: Node<'_>| reader.of(it.child_by_field_name("pattern").unwrap_or(it)).to_owned();
    let single = node.child_by_field_name("parameter");
    let params = single.into_iter().chain(list).map(param).collect();
    let body = node.child_by_field_name("body").map(|body| match body.kind() {
        "statement_block" => statements(body, reader),
        _ => vec![value(body, reader)],
    });
    Value::Function(Box::new(Function { name, params, body: body.unwrap_or_default() }))
}
