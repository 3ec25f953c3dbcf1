//! Diesel told by source text: what declares tables, and what queries do with them.

use crate::import::access::tests::check;

const SCHEMA: &str = "
== src/schema.rs
diesel::table! {
    posts (id) {
        id -> Int4,
        author_id -> Nullable<Int4>,
    }
}
diesel::table! {
    use diesel::sql_types::*;
    blog.users (id) {
        id -> Int4,
    }
}
diesel::table! {
    tags (id) { id -> Int4, }
}
diesel::joinable!(posts -> users (author_id));
diesel::allow_tables_to_appear_in_same_query!(posts, users);
== src/lib.rs
pub mod schema;
pub mod work;
";

fn queries(text: &str, expected: &str) {
    let mut lines: Vec<&str> =
        expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.push("posts(author_id) implies blog.users");
    lines.sort_unstable();
    check(&[], &format!("{SCHEMA}== src/work.rs\n{text}"), &lines.join("\n"));
}

#[test]
fn reads_and_joins() {
    queries(
        "
use crate::schema::{posts, users};
fn list(conn: &mut Conn) -> Vec<i32> {
    posts::table.inner_join(users::table).filter(users::id.eq(1)).load::<i32>(conn)
}
fn nested(conn: &mut Conn) {
    posts::table
        .filter(posts::author_id.eq_any(users::table.select(users::id)))
        .first::<i32>(conn);
}
",
        "
        list joins blog.users posts
        list reads blog.users (orm)
        list reads posts (orm)
        nested joins blog.users posts
        nested reads blog.users (orm)
        nested reads posts (orm)
        ",
    );
}

#[test]
fn writes_by_functions_methods_and_rows() {
    queries(
        "
use crate::schema::posts;
#[derive(Insertable, AsChangeset, Identifiable)]
#[cfg_attr(feature = \"full\", diesel(table_name = crate::schema::posts))]
pub struct Post { id: i32 }
fn add(conn: &mut Conn, post: &Post) { diesel::insert_into(posts::table).values(post).execute(conn); }
fn change(conn: &mut Conn, post: &Post) { diesel::update(post).set(posts::id.eq(2)).execute(conn); }
fn drop_all(conn: &mut Conn) { diesel::delete(posts::table.filter(posts::id.gt(0))).execute(conn); }
fn into(conn: &mut Conn, post: Post) { post.insert_into(posts::table).execute(conn); }
",
        "
        add writes posts (orm)
        change writes posts (orm)
        drop_all writes posts (orm)
        into writes posts (orm)
        src/work.rs reads posts (entity)
        ",
    );
}

#[test]
fn columns_named_without_their_table_and_a_local_of_the_same_name() {
    queries(
        "
use crate::schema::tags::dsl::*;
fn all(conn: &mut Conn) {
    let posts = crate::schema::posts::table.load::<i32>(conn);
    tags.filter(id.eq(3)).load::<i32>(conn);
    posts.len();
}
",
        "
        all reads posts (orm)
        all reads tags (orm)
        ",
    );
}
