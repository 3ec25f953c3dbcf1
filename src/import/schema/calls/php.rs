//! PHP as calls.

use tree_sitter::Node;

use super::{Call, Class, Function, Reader, Value, children};

/// The statements in a node, bodies of conditions among them; what stands behind `else` is left out.
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
        "comment" | "php_tag" | "text" | "namespace_use_declaration" => {}
        "namespace_definition" | "if_statement" | "try_statement" | "while_statement" => {
            if let Some(body) = node.child_by_field_name("body") {
                match body.kind() {
                    "compound_statement" | "colon_block" => {
                        values.extend(statements(body, reader));
                    }
                    _ => statement(body, reader, values),
                }
            }
        }
        "expression_statement"
        | "compound_statement"
        | "colon_block"
        | "declaration_list"
        | "return_statement" => values.extend(statements(node, reader)),
        "foreach_statement" => values.extend(foreach(node, reader)),
        _ => values.push(value(node, reader)),
    }
}

/// A loop over a list is the list's `each`.
fn foreach(node: Node<'_>, reader: Reader<'_>) -> Option<Value> {
    let body = node.child_by_field_name("body")?;
    let parts: Vec<Node<'_>> =
        children(node).into_iter().filter(|child| child.id() != body.id()).collect();
    let (over, each) = (parts.first()?, parts.get(1)?);
    let params = match each.kind() {
        "variable_name" => vec![reader.of(*each).to_owned()],
        "pair" | "list_literal" | "array_creation_expression" => {
            children(*each).into_iter().map(|part| reader.of(part).to_owned()).collect()
        }
        _ => Vec::new(),
    };
    let body = statements(body, reader);
    let block = Value::Function(Box::new(Function { name: String::new(), params, body }));
    Some(Value::Call(Box::new(Call {
        on: Some(value(*over, reader)),
        name: "each".to_owned(),
        args: vec![block],
        named: Vec::new(),
        line: Reader::line(node),
    })))
}

fn value(node: Node<'_>, reader: Reader<'_>) -> Value {
    let Some(reader) = reader.deeper() else { return Value::Unknown };
    let field = |name: &str| node.child_by_field_name(name);
    let text = |name: &str| field(name).map_or("", |child| reader.of(child)).to_owned();
    match node.kind() {
        "string" | "encapsed_string" => string(node, reader),
        "heredoc" | "nowdoc" => field("value").map_or(Value::Unknown, |body| string(body, reader)),
        "integer" | "float" => Value::Number(reader.of(node).replace('_', "")),
        "boolean" => Value::Bool(reader.of(node).eq_ignore_ascii_case("true")),
        "null" => Value::Null,
        "array_creation_expression" => array(node, reader),
        "variable_name" | "name" | "qualified_name" | "member_access_expression" => {
            Value::Name(reader.of(node).to_owned())
        }
        "class_constant_access_expression" => {
            let written = reader.of(node);
            Value::Name(written.strip_suffix("::class").unwrap_or(written).to_owned())
        }
        "parenthesized_expression" => {
            children(node).first().map_or(Value::Unknown, |inner| value(*inner, reader))
        }
        "binary_expression" => concatenated(node, reader),
        "member_call_expression" | "nullsafe_member_call_expression" => {
            call(node, field("object"), text("name"), reader)
        }
        "scoped_call_expression" => call(node, field("scope"), text("name"), reader),
        "function_call_expression" => call(node, None, text("function"), reader),
        "object_creation_expression" => {
            let class = children(node).into_iter().find(|child| child.kind() == "anonymous_class");
            class.map_or(Value::Unknown, |class| self::class(class, reader))
        }
        "class_declaration" | "trait_declaration" => class(node, reader),
        "method_declaration" | "function_definition" | "anonymous_function" => {
            function(node, reader)
        }
        "arrow_function" => {
            let body = field("body").map_or_else(Vec::new, |body| vec![value(body, reader)]);
            let params = params(node, reader);
            Value::Function(Box::new(Function { name: String::new(), params, body }))
        }
        "assignment_expression" => {
            let right = field("right").map_or(Value::Unknown, |right| value(right, reader));
            Value::Assign(text("left"), Box::new(right))
        }
        _ => Value::Unknown,
    }
}

/// A literal; one with values in it is not.
fn string(node: Node<'_>, reader: Reader<'_>) -> Value {
    let mut text = String::new();
    for part in children(node) {
        match part.kind() {
            "string_content" | "nowdoc_string" => text.push_str(reader.of(part)),
            "escape_sequence" => text.push(match reader.of(part) {
                "\\n" | "\\r" | "\\t" => ' ',
                other => other.chars().next_back().unwrap_or(' '),
            }),
            _ => return Value::Unknown,
        }
    }
    Value::Text(text)
}

fn concatenated(node: Node<'_>, reader: Reader<'_>) -> Value {
    let side = |name: &str| node.child_by_field_name(name).map(|child| value(child, reader));
    match (side("left"), side("right")) {
        (Some(Value::Text(a)), Some(Value::Text(b))) => Value::Text(a + &b),
        _ => Value::Unknown,
    }
}

fn array(node: Node<'_>, reader: Reader<'_>) -> Value {
    let elements: Vec<Vec<Node<'_>>> = children(node)
        .into_iter()
        .filter(|child| child.kind() == "array_element_initializer")
        .map(children)
        .collect();
    if elements.iter().any(|element| element.len() == 2) {
        let pair = |element: &Vec<Node<'_>>| match element[..] {
            [key, to] => Some((value(key, reader), value(to, reader))),
            _ => None,
        };
        return Value::Map(elements.iter().filter_map(pair).collect());
    }
    Value::List(elements.into_iter().flatten().map(|element| value(element, reader)).collect())
}

fn call(node: Node<'_>, on: Option<Node<'_>>, name: String, reader: Reader<'_>) -> Value {
    let line = node
        .child_by_field_name("name")
        .or_else(|| node.child_by_field_name("function"))
        .map_or(0, Reader::line);
    let on = on.map(|on| value(on, reader));
    let mut call = Call { on, name, line, ..Call::default() };
    let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    for argument in arguments.into_iter().filter(|argument| argument.kind() == "argument") {
        let named = argument.child_by_field_name("name");
        let given = children(argument).into_iter().next_back();
        let given = given.map_or(Value::Unknown, |given| value(given, reader));
        match named {
            Some(name) => call.named.push((reader.of(name).to_owned(), given)),
            None => call.args.push(given),
        }
    }
    Value::Call(Box::new(call))
}

fn class(node: Node<'_>, reader: Reader<'_>) -> Value {
    let name = node.child_by_field_name("name").map_or("", |name| reader.of(name)).to_owned();
    let base = children(node).into_iter().find(|child| child.kind() == "base_clause");
    let bases = base.map(|base| children(base).into_iter().map(|one| value(one, reader)).collect());
    let body = node.child_by_field_name("body");
    let body = body.map_or_else(Vec::new, |body| statements(body, reader));
    Value::Class(Box::new(Class { name, bases: bases.unwrap_or_default(), body }))
}

fn function(node: Node<'_>, reader: Reader<'_>) -> Value {
    let name = node.child_by_field_name("name").map_or("", |name| reader.of(name)).to_owned();
    let body = node.child_by_field_name("body");
    let body = body.map_or_else(Vec::new, |body| statements(body, reader));
    Value::Function(Box::new(Function { name, params: params(node, reader), body }))
}

fn params(node: Node<'_>, reader: Reader<'_>) -> Vec<String> {
    let list = node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let name = |param: Node<'_>| Some(reader.of(param.child_by_field_name("name")?).to_owned());
    list.into_iter().filter_map(name).collect()
}
