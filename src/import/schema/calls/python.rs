//! Python as calls.

use tree_sitter::Node;

use super::{Call, Class, Function, Reader, Value, children};

/// The statements in a node, bodies of conditions among them.
pub(super) fn statements(node: Node<'_>, reader: Reader<'_>) -> Vec<Value> {
    let Some(reader) = reader.deeper() else { return Vec::new() };
    let mut values = Vec::new();
    for child in children(node) {
        match child.kind() {
            "comment" | "import_statement" | "import_from_statement" => {}
            "expression_statement" | "block" | "try_statement" | "decorated_definition" => {
                values.extend(statements(child, reader));
            }
            "if_statement" | "with_statement" | "for_statement" => {
                values.extend(contexts(child, reader));
                for field in ["consequence", "body"] {
                    if let Some(body) = child.child_by_field_name(field) {
                        values.extend(statements(body, reader));
                    }
                }
            }
            _ => values.push(value(child, reader)),
        }
    }
    values
}

/// What `with` opens: its calls come before those in its body.
fn contexts(node: Node<'_>, reader: Reader<'_>) -> Vec<Value> {
    let clauses = children(node).into_iter().filter(|child| child.kind() == "with_clause");
    clauses
        .flat_map(children)
        .filter_map(|item| item.child_by_field_name("value"))
        .map(|opened| match opened.kind() {
            "as_pattern" => children(opened).first().copied().unwrap_or(opened),
            _ => opened,
        })
        .map(|opened| value(opened, reader))
        .collect()
}

fn value(node: Node<'_>, reader: Reader<'_>) -> Value {
    let Some(reader) = reader.deeper() else { return Value::Unknown };
    let field = |name: &str| node.child_by_field_name(name);
    let text = |name: &str| field(name).map_or("", |child| reader.of(child)).to_owned();
    match node.kind() {
        "string" => Value::Text(reader.joined(node, "string_content")),
        "concatenated_string" => Value::Text(
            children(node).into_iter().map(|part| reader.joined(part, "string_content")).collect(),
        ),
        "integer" | "float" => Value::Number(reader.of(node).replace('_', "")),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "none" => Value::Null,
        "list" | "tuple" | "set" | "expression_list" => Value::List(
            children(node)
                .into_iter()
                .filter(|child| child.kind() != "comment")
                .map(|child| value(child, reader))
                .collect(),
        ),
        "dictionary" => Value::Map(
            children(node)
                .into_iter()
                .filter(|child| child.kind() == "pair")
                .filter_map(|pair| {
                    let key = value(pair.child_by_field_name("key")?, reader);
                    Some((key, value(pair.child_by_field_name("value")?, reader)))
                })
                .collect(),
        ),
        "identifier" | "attribute" => Value::Name(reader.of(node).to_owned()),
        "parenthesized_expression" | "await" => {
            let inner = children(node).into_iter().find(|child| child.kind() != "comment");
            inner.map_or(Value::Unknown, |inner| value(inner, reader))
        }
        "call" => Value::Call(Box::new(call(node, reader))),
        "assignment" => {
            let right = field("right").map_or(Value::Unknown, |right| value(right, reader));
            Value::Assign(text("left"), Box::new(right))
        }
        "function_definition" => Value::Function(Box::new(Function {
            name: text("name"),
            params: Vec::new(),
            body: field("body").map_or_else(Vec::new, |body| statements(body, reader)),
        })),
        "class_definition" => Value::Class(Box::new(Class {
            name: text("name"),
            bases: field("superclasses").map_or_else(Vec::new, |bases| {
                children(bases).into_iter().map(|base| value(base, reader)).collect()
            }),
            body: field("body").map_or_else(Vec::new, |body| statements(body, reader)),
        })),
        _ => Value::Unknown,
    }
}

fn call(node: Node<'_>, reader: Reader<'_>) -> Call {
    let mut call = Call { line: Reader::line(node), ..Call::default() };
    let function = node.child_by_field_name("function");
    match function.map(|function| (function, function.kind())) {
        Some((function, "attribute")) => {
            call.on = function.child_by_field_name("object").map(|on| value(on, reader));
            let name = function.child_by_field_name("attribute");
            call.name = name.map_or("", |name| reader.of(name)).to_owned();
        }
        Some((function, _)) => reader.of(function).clone_into(&mut call.name),
        None => {}
    }
    let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    for argument in arguments {
        match argument.kind() {
            "comment" => {}
            "keyword_argument" => {
                let name = argument.child_by_field_name("name").map_or("", |name| reader.of(name));
                let given = argument.child_by_field_name("value");
                let given = given.map_or(Value::Unknown, |given| value(given, reader));
                call.named.push((name.to_owned(), given));
            }
            _ => call.args.push(value(argument, reader)),
        }
    }
    call
}
