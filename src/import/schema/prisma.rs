//! Reads Prisma's schemas, one file or several that belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    script::FileReading,
};
use crate::facts::{Place, TableKind};

/// Reads the files of one schema, each given as its text and path.
pub(crate) fn read(files: &[(String, String)]) -> Vec<FileReading> {
    let mut models: Vec<(usize, Model)> = Vec::new();
    let mut readings: Vec<FileReading> =
        files.iter().map(|(_, path)| FileReading::new(path, "Prisma")).collect();
    for (index, (text, _)) in files.iter().enumerate() {
        for block in blocks(text) {
            if let Some(model) = Model::of(&block) {
                models.push((index, model));
            }
        }
    }
    let by_name: BTreeMap<&str, &Model> =
        models.iter().map(|(_, model)| (model.name.as_str(), model)).collect();
    for (index, model) in &models {
        let reading = &mut readings[*index];
        let place = Place::new(reading.report.path.clone(), model.line);
        let tables = [model.table(&by_name)].into_iter().chain(model.join_tables(&by_name));
        for table in tables {
            reading.report.statements += 1;
            reading.report.understood += 1;
            reading.changes.push((Change::CreateTable(Box::new(table)), place.clone()));
        }
    }
    readings
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

impl Token {
    fn is(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }

    fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// `model X { … }` with its lines.
struct Block {
    kind: String,
    name: String,
    line: u32,
    lines: Vec<Vec<Token>>,
}

/// Cuts a text into blocks; a line inside parentheses goes on with the next.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut pending: Vec<Token> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        pending.extend(tokens(line));
        let opened = pending.iter().filter(|token| token.is('(') || token.is('[')).count();
        let closed = pending.iter().filter(|token| token.is(')') || token.is(']')).count();
        if opened > closed && pending.len() < 10_000 {
            continue;
        }
        let line = std::mem::take(&mut pending);
        match (&line[..], open) {
            ([], _) => {}
            ([Token::Word(kind), Token::Word(name), Token::Sign('{'), ..], false) => {
                let (kind, name) = (kind.clone(), name.clone());
                blocks.push(Block { kind, name, line: number, lines: Vec::new() });
                open = true;
            }
            ([Token::Sign('}'), ..], true) => open = false,
            (_, true) => {
                if let Some(block) = blocks.last_mut() {
                    block.lines.push(line);
                }
            }
            _ => {}
        }
    }
    blocks
}

fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '/' if letters.peek() == Some(&'/') => break,
            '"' => {
                let mut text = String::new();
                while let Some(c) = letters.next() {
                    match c {
                        '"' => break,
                        '\\' => text.extend(letters.next()),
                        c => text.push(c),
                    }
                }
                tokens.push(Token::Text(text));
            }
            c if c.is_alphanumeric() || c == '_' || c == '-' => {
                let mut word = c.to_string();
                while let Some(&c) = letters.peek() {
                    if !(c.is_alphanumeric() || c == '_' || c == '-') {
                        break;
                    }
                    word.push(c);
                    letters.next();
                }
                tokens.push(Token::Word(word));
            }
            c if c.is_whitespace() => {}
            c => tokens.push(Token::Sign(c)),
        }
    }
    tokens
}

/// `@name(args)`, the name with its dots.
struct Attribute {
    name: String,
    args: Vec<Token>,
}

impl Attribute {
    /// The words of the list after `name:`, or of the first list.
    fn list(&self, name: &str) -> Vec<String> {
        let named =
            self.args.windows(2).position(|two| two[0].word() == Some(name) && two[1].is(':'));
        let begin = match named {
            Some(at) => at,
            None if name == "fields"
                && !self.args.iter().any(|token| token.word() == Some("references")) =>
            {
                0
            }
            None => return Vec::new(),
        };
        let mut words = Vec::new();
        let mut depth = 0_i32;
        for token in self.args[begin..].iter().skip_while(|token| !token.is('[')) {
            match token {
                Token::Sign('[' | '(') => depth += 1,
                Token::Sign(']' | ')') => depth -= 1,
                Token::Word(word) if depth == 1 => words.push(word.clone()),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        words
    }

    /// The text after `name:`, or the first argument where it is a text.
    fn text(&self, name: &str) -> Option<String> {
        let named = self.args.windows(3).find_map(|three| match three {
            [Token::Word(word), Token::Sign(':'), Token::Text(text)] if word == name => Some(text),
            _ => None,
        });
        match (named, self.args.first()) {
            (Some(text), _) => Some(text.clone()),
            (None, Some(Token::Text(text))) if name == "name" => Some(text.clone()),
            _ => None,
        }
    }
}

fn attributes(tokens: &[Token]) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at].is('@') {
            at += 1;
            continue;
        }
        let mut name = String::new();
        while let Some(token) = tokens.get(at) {
            match token {
                Token::Sign('@') if name.is_empty() => {}
                Token::Sign('.') => name.push('.'),
                Token::Word(word) if name.is_empty() || name.ends_with('.') => name.push_str(word),
                _ => break,
            }
            at += 1;
        }
        let mut args = Vec::new();
        if tokens.get(at).is_some_and(|token| token.is('(')) {
            let mut depth = 0_i32;
            for token in &tokens[at..] {
                at += 1;
                depth += i32::from(token.is('(')) - i32::from(token.is(')'));
                if depth == 0 {
                    break;
                }
                args.push(token.clone());
            }
            args.remove(0);
        }
        attributes.push(Attribute { name, args });
    }
    attributes
}

struct Field {
    name: String,
    data_type: String,
    list: bool,
    optional: bool,
    attributes: Vec<Attribute>,
}

impl Field {
    fn of(line: &[Token]) -> Option<Self> {
        let [Token::Word(name), Token::Word(data_type), rest @ ..] = line else { return None };
        Some(Self {
            name: name.clone(),
            data_type: data_type.clone(),
            list: rest.starts_with(&[Token::Sign('['), Token::Sign(']')]),
            optional: rest.iter().take(3).any(|token| token.is('?')),
            attributes: attributes(rest),
        })
    }

    fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    fn column(&self) -> String {
        let mapped = self.attribute("map").and_then(|map| map.text("name"));
        mapped.unwrap_or_else(|| self.name.clone())
    }

    /// The database's own type where `@db.X` gives it, else Prisma's.
    fn column_type(&self) -> String {
        let own = self.attributes.iter().find_map(|one| Some((one.name.strip_prefix("db.")?, one)));
        let mut text = match own {
            Some((name, attribute)) => {
                let numbers: Vec<&str> = attribute.args.iter().filter_map(Token::word).collect();
                let numbers = numbers.join(",");
                if numbers.is_empty() {
                    name.to_lowercase()
                } else {
                    format!("{}({numbers})", name.to_lowercase())
                }
            }
            None => self.data_type.to_lowercase(),
        };
        if self.list {
            text.push_str("[]");
        }
        text
    }
}

/// A model or view.
struct Model {
    name: String,
    kind: TableKind,
    line: u32,
    fields: Vec<Field>,
    attributes: Vec<Attribute>,
}

impl Model {
    fn of(block: &Block) -> Option<Self> {
        let kind = match block.kind.as_str() {
            "model" => TableKind::Table,
            "view" => TableKind::View,
            _ => return None,
        };
        let own = |line: &&Vec<Token>| line.first().is_some_and(|token| token.is('@'));
        Some(Self {
            name: block.name.clone(),
            kind,
            line: block.line,
            fields: block.lines.iter().filter_map(|line| Field::of(line)).collect(),
            attributes: block.lines.iter().filter(own).flat_map(|line| attributes(line)).collect(),
        })
    }

    fn table_name(&self) -> TableName {
        let text = |name: &str| {
            let own = self.attributes.iter().find(|attribute| attribute.name == name);
            own.and_then(|attribute| attribute.text("name"))
        };
        let name = text("map").unwrap_or_else(|| self.name.clone());
        TableName::new(&text("schema").unwrap_or_default(), &name)
    }

    fn columns_of(&self, fields: &[String]) -> Vec<String> {
        let column = |name: &String| {
            let field = self.fields.iter().find(|field| field.name == *name);
            field.map_or_else(|| name.clone(), Field::column)
        };
        fields.iter().map(column).collect()
    }

    fn table(&self, models: &BTreeMap<&str, &Model>) -> NewTable {
        let mut table =
            NewTable { name: self.table_name(), kind: self.kind, ..NewTable::default() };
        for field in &self.fields {
            if let Some(target) = models.get(field.data_type.as_str()) {
                table.foreign_keys.extend(self.foreign_key(field, target));
                continue;
            }
            if field.data_type == "Unsupported" && field.column().is_empty() {
                continue;
            }
            let column = field.column();
            if field.attribute("id").is_some() {
                table.keys.push(NewKey::primary(vec![column.clone()]));
            }
            if field.attribute("unique").is_some() {
                table.keys.push(NewKey::unique("", vec![column.clone()]));
            }
            let (data_type, nullable) = (field.column_type(), field.optional);
            table.columns.push(NewColumn { name: column, data_type, nullable });
        }
        for attribute in &self.attributes {
            let columns = self.columns_of(&attribute.list("fields"));
            match attribute.name.as_str() {
                "id" => table.keys.push(NewKey::primary(columns)),
                "unique" => {
                    let name = attribute.text("map").unwrap_or_default();
                    table.keys.push(NewKey::unique(&name, columns));
                }
                _ => {}
            }
        }
        table
    }

    fn foreign_key(&self, field: &Field, target: &Model) -> Option<NewForeignKey> {
        let relation = field.attribute("relation")?;
        let columns = self.columns_of(&relation.list("fields"));
        (!columns.is_empty()).then(|| NewForeignKey {
            name: relation.text("map").unwrap_or_default(),
            columns,
            to: target.table_name(),
            to_columns: target.columns_of(&relation.list("references")),
            line: self.line,
        })
    }

    /// Lists on both sides of a relation make a table that no model stands for.
    fn join_tables(&self, models: &BTreeMap<&str, &Model>) -> Vec<NewTable> {
        let mut made = BTreeSet::new();
        let mut tables = Vec::new();
        for field in self.fields.iter().filter(|field| field.list) {
            let Some(other) = models.get(field.data_type.as_str()) else { continue };
            let label = |field: &Field| {
                field.attribute("relation").and_then(|relation| relation.text("name"))
            };
            let name = label(field);
            let back = other.fields.iter().any(|back| {
                back.list
                    && back.data_type == self.name
                    && label(back) == name
                    && !(self.name == other.name && back.name == field.name)
            });
            // The first of both in the order of the alphabet makes it.
            if !back || self.name > other.name {
                continue;
            }
            let name = name.unwrap_or_else(|| format!("{}To{}", self.name, other.name));
            if made.insert(name.clone()) {
                tables.push(self.join_table(&name, other));
            }
        }
        tables
    }

    fn join_table(&self, relation: &str, other: &Model) -> NewTable {
        let mut table =
            NewTable { name: TableName::bare(&format!("_{relation}")), ..NewTable::default() };
        for (column, model) in [("A", self), ("B", other)] {
            let key = model.fields.iter().find(|field| field.attribute("id").is_some());
            table.columns.push(NewColumn {
                name: column.to_owned(),
                data_type: key.map(Field::column_type).unwrap_or_default(),
                nullable: false,
            });
            table.foreign_keys.push(NewForeignKey {
                columns: vec![column.to_owned()],
                to: model.table_name(),
                to_columns: key.map(Field::column).into_iter().collect(),
                line: self.line,
                ..NewForeignKey::default()
            });
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use crate::import::schema::tests::check;

    #[test]
    fn models_become_tables() {
        check(
            "== prisma/schema/a.prisma
datasource db {
  provider = \"postgresql\" // x
}
enum Role {
  ADMIN
}
model User {
  id    Int     @id @default(autoincrement())
  email String  @unique @db.VarChar(80)
  role  Role?   @default(ADMIN)
  tags  String[]
  posts Post[]
  liked Post[]  @relation(\"Likes\")
  bossId Int? @map(\"boss_id\")
  boss  User?   @relation(\"Boss\", fields: [bossId], references: [id], onDelete: SetNull)
  staff User[]  @relation(\"Boss\")
}
== prisma/schema/b.prisma
model Post {
  author   User @relation(fields: [authorId],
    references: [id])
  authorId Int  @map(\"author_id\")
  number   Int
  likers   User[] @relation(\"Likes\")
  @@id([authorId, number(sort: Desc)])
  @@map(\"posts\")
  @@schema(\"blog\")
}
",
            "table User: id int primary, email varchar(80) unique, role role null, tags string[], boss_id int null
table _Likes: A, B int
table blog.posts: author_id int primary, number int primary
key User(boss_id) -> User(id)
key _Likes(A) -> blog.posts(author_id, number)
key _Likes(B) -> User(id)
key blog.posts(author_id) -> User(id)
",
        );
    }
}
