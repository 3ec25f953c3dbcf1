//! Macros that declare: Diesel's `table!` as a type whose fields are columns, `lazy_static!` as constants.

use syn::{
    Attribute, Ident, Macro, Token, Type, Visibility as RustVisibility, braced,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    token,
};

use super::{attributes::text_of, lower::Lowering};
use crate::import::code::outline::{
    Annotation, Arg, Expr, ExprKind, Field, TypeDecl, TypeKind, Visibility,
};

/// The annotation of types that Diesel's `table!` declares. Its argument `name` is the table in the database,
/// preceded by its schema; `key` lists the columns of the primary key.
pub(crate) const TABLE: &str = "table!";
/// What a table's module has besides its columns.
const PARTS: [&str; 3] = ["table", "all_columns", "star"];

struct TableMacro {
    attrs: Vec<Attribute>,
    schema: Option<Ident>,
    name: Ident,
    key: Vec<Ident>,
    columns: Vec<ColumnLine>,
}

struct ColumnLine {
    attrs: Vec<Attribute>,
    name: Ident,
    ty: Type,
}

impl Parse for TableMacro {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        while input.peek(Token![use]) {
            input.parse::<syn::ItemUse>()?;
        }
        let attrs = input.call(Attribute::parse_outer)?;
        let mut name = input.call(Ident::parse_any)?;
        let mut schema = None;
        if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            schema = Some(std::mem::replace(&mut name, input.call(Ident::parse_any)?));
        }
        let mut key = Vec::new();
        if input.peek(token::Paren) {
            let inner;
            parenthesized!(inner in input);
            key.extend(inner.parse_terminated(Ident::parse_any, Token![,])?);
        }
        let inner;
        braced!(inner in input);
        let columns: Punctuated<ColumnLine, Token![,]> =
            inner.parse_terminated(ColumnLine::parse, Token![,])?;
        Ok(Self { attrs, schema, name, key, columns: columns.into_iter().collect() })
    }
}

impl Parse for ColumnLine {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![->]>()?;
        Ok(Self { attrs, name, ty: input.parse()? })
    }
}

/// Declares what Diesel's `table!` says; `false` where it is somebody else's `table!`.
pub(super) fn table(lowering: &mut Lowering<'_>, call: &Macro) -> bool {
    let Ok(table) = call.parse_body::<TableMacro>() else { return false };
    let name = table.name.unraw().to_string();
    let line = lowering.line(table.name.span());
    let attributes = lowering.annotations(&table.attrs);
    let mut sql_name = text_of(&attributes, "sql_name").unwrap_or_else(|| name.clone());
    if let Some(schema) = &table.schema {
        sql_name = format!("{}.{sql_name}", schema.unraw());
    }
    let text = |text: String| Expr::new(ExprKind::Text(text), line);
    let key = if table.key.is_empty() {
        vec![text("id".to_owned())]
    } else {
        table.key.iter().map(|key| text(key.unraw().to_string())).collect()
    };
    let args = vec![
        Arg { name: Some("name".to_owned()), value: text(sql_name) },
        Arg { name: Some("key".to_owned()), value: Expr::new(ExprKind::List(key), line) },
    ];
    let annotations = vec![Annotation { name: TABLE.to_owned(), args, line }];
    let fields: Vec<Field> =
        table.columns.iter().map(|column| column_field(lowering, column)).collect();
    declare(lowering, name, annotations, fields, line);
    true
}

fn column_field(lowering: &mut Lowering<'_>, column: &ColumnLine) -> Field {
    let annotations = lowering.annotations(&column.attrs);
    let line = lowering.line(column.name.span());
    let ty = lowering.type_ref(&column.ty).map(super::types::unwritten);
    Field { name: column.name.unraw().to_string(), ty, value: None, annotations, line }
}

/// The table's module, and its `dsl`, which has the same columns and the table under its own name.
fn declare(
    lowering: &mut Lowering<'_>,
    name: String,
    annotations: Vec<Annotation>,
    fields: Vec<Field>,
    line: u32,
) {
    let part = |name: &str| Field { name: name.to_owned(), line, ..Field::default() };
    let mut dsl_fields = fields.clone();
    dsl_fields.push(part(&name));
    let mut own_fields = fields;
    own_fields.extend(PARTS.map(part));
    let end_line = own_fields.iter().map(|field| field.line).max().unwrap_or(line);
    let decl = TypeDecl {
        kind: TypeKind::Class,
        visibility: Visibility::Public,
        line,
        end_line,
        ..TypeDecl::default()
    };
    for namespace in ["dsl", "columns"] {
        lowering.declare(TypeDecl {
            name: format!("{name}.{namespace}"),
            kind: TypeKind::Namespace,
            fields: dsl_fields.clone(),
            ..decl.clone()
        });
    }
    lowering.declare(TypeDecl { name, annotations, fields: own_fields, ..decl });
}

struct Statics(Vec<(Ident, Type, syn::Expr)>);

impl Parse for Statics {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut all = Vec::new();
        while !input.is_empty() {
            input.call(Attribute::parse_outer)?;
            input.parse::<RustVisibility>()?;
            input.parse::<Token![static]>()?;
            input.parse::<Token![ref]>()?;
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            let ty = input.parse()?;
            input.parse::<Token![=]>()?;
            let value = input.parse()?;
            input.parse::<Token![;]>()?;
            all.push((name, ty, value));
        }
        Ok(Self(all))
    }
}

/// Declares the constants of `lazy_static!`.
pub(super) fn statics(lowering: &mut Lowering<'_>, call: &Macro) -> bool {
    let Ok(Statics(all)) = call.parse_body::<Statics>() else { return false };
    for (name, ty, value) in &all {
        lowering.constant(name, ty, Some(value));
    }
    true
}
