//! Ruby as calls.

use tree_sitter::Node;

use super::{Call, Class, Function, Reader, Value, children};

/// The statements in a node, bodies of conditions among them.
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
        "comment" | "heredoc_body" => {}
        "if" | "unless" | "while" | "until" => {
            for field in ["consequence", "body", "alternative"] {
                if let Some(body) = node.child_by_field_name(field) {
                    values.extend(statements(body, reader));
                }
            }
        }
        "if_modifier" | "unless_modifier" | "rescue_modifier" => {
            if let Some(body) = node.child_by_field_name("body") {
                statement(body, reader, values);
            }
        }
        "body_statement"
        | "begin"
        | "then"
        | "else"
        | "block_body"
        | "parenthesized_statements"
        | "module"
        | "ensure" => values.extend(statements(node, reader)),
        _ => values.push(value(node, reader)),
    }
}

fn value(node: Node<'_>, reader: Reader<'_>) -> Value {
    let Some(reader) = reader.deeper() else { return Value::Unknown };
    match node.kind() {
        "string" | "bare_string" | "bare_symbol" | "delimited_symbol" => {
            Value::Text(reader.joined(node, "string_content"))
        }
        "chained_string" => Value::Text(
            children(node).into_iter().map(|part| reader.joined(part, "string_content")).collect(),
        ),
        "simple_symbol" => Value::Text(reader.of(node).trim_start_matches(':').to_owned()),
        "hash_key_symbol" => Value::Text(reader.of(node).to_owned()),
        "heredoc_beginning" => Value::Text(heredoc(node, reader)),
        "integer" | "float" => Value::Number(reader.of(node).replace('_', "")),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "nil" => Value::Null,
        "array" | "string_array" | "symbol_array" => {
            Value::List(children(node).into_iter().map(|child| value(child, reader)).collect())
        }
        "hash" => {
            Value::Map(children(node).into_iter().filter_map(|child| pair(child, reader)).collect())
        }
        "identifier" | "constant" | "scope_resolution" | "instance_variable" => {
            Value::Name(reader.of(node).to_owned())
        }
        "call" => Value::Call(Box::new(call(node, reader))),
        "element_reference" => {
            let object = node.child_by_field_name("object");
            object.map_or(Value::Unknown, |object| value(object, reader))
        }
        "parenthesized_statements" => {
            children(node).first().map_or(Value::Unknown, |only| value(*only, reader))
        }
        "assignment" => {
            let left = node.child_by_field_name("left").map_or("", |left| reader.of(left));
            let right = node.child_by_field_name("right");
            let right = right.map_or(Value::Unknown, |right| value(right, reader));
            Value::Assign(left.to_owned(), Box::new(right))
        }
        "method" | "singleton_method" => Value::Function(Box::new(Function {
            name: node.child_by_field_name("name").map_or("", |name| reader.of(name)).to_owned(),
            params: Vec::new(),
            body: node
                .child_by_field_name("body")
                .map_or_else(Vec::new, |body| statements(body, reader)),
        })),
        "class" => Value::Class(Box::new(Class {
            name: node.child_by_field_name("name").map_or("", |name| reader.of(name)).to_owned(),
            bases: node
                .child_by_field_name("superclass")
                .map(|base| children(base).into_iter().map(|one| value(one, reader)).collect())
                .unwrap_or_default(),
            body: node
                .child_by_field_name("body")
                .map_or_else(Vec::new, |body| statements(body, reader)),
        })),
        "lambda" => Value::Function(Box::new(block(node, reader))),
        _ => Value::Unknown,
    }
}

fn call(node: Node<'_>, reader: Reader<'_>) -> Call {
    let mut call = Call {
        on: node.child_by_field_name("receiver").map(|on| value(on, reader)),
        name: node.child_by_field_name("method").map_or("", |name| reader.of(name)).to_owned(),
        line: Reader::line(node),
        ..Call::default()
    };
    if let Some(arguments) = node.child_by_field_name("arguments") {
        for argument in children(arguments) {
            match pair(argument, reader) {
                Some((key, value)) => {
                    call.named.push((key.text().unwrap_or_default().to_owned(), value));
                }
                None => call.args.push(value(argument, reader)),
            }
        }
    }
    if let Some(body) = node.child_by_field_name("block") {
        call.args.push(Value::Function(Box::new(block(body, reader))));
    }
    call
}

fn block(node: Node<'_>, reader: Reader<'_>) -> Function {
    let params = node.child_by_field_name("parameters").map(children).unwrap_or_default();
    Function {
        name: String::new(),
        params: params.into_iter().map(|param| reader.of(param).to_owned()).collect(),
        body: node
            .child_by_field_name("body")
            .map_or_else(Vec::new, |body| statements(body, reader)),
    }
}

/// `key: value`, `:key => value`.
fn pair(node: Node<'_>, reader: Reader<'_>) -> Option<(Value, Value)> {
    if node.kind() != "pair" {
        return None;
    }
    let key = node.child_by_field_name("key")?;
    let to = node.child_by_field_name("value");
    Some((value(key, reader), to.map_or(Value::Unknown, |to| value(to, reader))))
}

/// The text that stands below the line in which `<<~SQL` announces it.
fn heredoc(node: Node<'_>, reader: Reader<'_>) -> String {
    let mut above = node;
    while let Some(parent) = above.parent() {
        let body = children(parent)
            .into_iter()
            .find(|child| child.kind() == "heredoc_body" && child.start_byte() > node.start_byte());
        if let Some(body) = body {
            return reader.joined(body, "heredoc_content");
        }
        above = parent;
    }
    String::new()
}
