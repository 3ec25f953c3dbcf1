//! Go in, calls out.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::Go;
use crate::import::{
    code::{
        language::Language as _,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        language: &Go,
        outline: Go.outline(path, text),
    };
    let mut sources: Vec<Source> = files.iter().map(source).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What the modules refer to, without repetitions.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    let manifests = [("go.mod".to_owned(), "module example.com/shop\n\ngo 1.22\n".to_owned())];
    let resolved = resolve(&sources, &manifests, &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const ORDER: (&str, &str) = (
    "db/order.go",
    "package db\n type Order struct { ID int64; User *User; Lines []Line }\n type Line struct{}\n
     func (l *Line) Price() int { return 1 }\n type User struct{}\n func (u *User) Name() string { return \"\" }\n
     func New() (*Order, error) { return &Order{}, nil }\n var Default = &Order{}\n const Open = 1",
);

const MORE: (&str, &str) =
    ("db/more.go", "package db\n func (o *Order) Total() int { return o.User.Name() }");

#[test]
fn packages_are_folders_and_modules_say_their_names() {
    check(
        &[
            ORDER,
            ("a/a.go", "package a\n import \"example.com/shop/db\"\n func A(o *db.Order) {}"),
            (
                "b/b.go",
                "package b\n import d \"example.com/shop/db\"\n func B() int { return d.Open }",
            ),
            ("c/c.go", "package c\n import . \"example.com/shop/db\"\n func C() { New() }"),
            ("d/d.go", "package d\n import \"other.com/shop/db\"\n func D(o *db.Order) {}"),
            ("e/e.go", "package e\n func E(o *Order) {}"),
        ],
        &["a/a.go type db/order.go", "b/b.go type db/order.go", "c/c.go call db/order.go#New"],
    );
}

#[test]
fn methods_may_stand_in_another_file_of_the_package() {
    check(
        &[
            ORDER,
            MORE,
            (
                "a/a.go",
                "package a\n import \"example.com/shop/db\"\n func A() { o, err := db.New(); o.Total()
                 for _, line := range o.Lines { line.Price() }\n o.Lines[0].Price()\n db.Default.Total() }",
            ),
        ],
        &[
            "a/a.go call db/more.go#Order.Total",
            "a/a.go call db/order.go#Line.Price",
            "a/a.go call db/order.go#Line.Price in a loop",
            "a/a.go call db/order.go#New",
            "a/a.go type db/order.go",
            "db/more.go call db/order.go#User.Name",
            "db/more.go type db/order.go",
        ],
    );
}

#[test]
fn embedded_types_hand_on_what_they_have() {
    check(
        &[
            ORDER,
            MORE,
            (
                "a/a.go",
                "package a\n import \"example.com/shop/db\"\n type Big struct { *db.Order }
                 func (b *Big) Do() { b.Total(); b.User.Name() }\n
                 func F(x any) { if o, ok := x.(*db.Order); ok { o.Total() }
                 switch y := x.(type) { case *db.Line: y.Price() } }",
            ),
        ],
        &[
            "a/a.go call db/more.go#Order.Total",
            "a/a.go call db/order.go#Line.Price",
            "a/a.go call db/order.go#User.Name",
            "a/a.go inherit db/order.go",
            "a/a.go type db/order.go",
            "db/more.go call db/order.go#User.Name",
            "db/more.go type db/order.go",
        ],
    );
}

#[test]
fn a_package_may_go_by_another_name_than_its_folder() {
    check(
        &[
            ("go-db/x.go", "package db\n func New() {}"),
            ("a/a.go", "package a\n import \"example.com/shop/go-db\"\n func A() { db.New() }"),
        ],
        &["a/a.go call go-db/x.go#New"],
    );
}

#[test]
fn types_that_are_written_through_each_other_are_survived() {
    check(
        &[("a/a.go", "package a\n type A struct { b A.c; c A.b }\n func F(x A) { x.b.c() }")],
        &[],
    );
}

proptest! {
    #[test]
    fn any_row_of_words_is_survived(words in prop::collection::vec(
        prop::sample::select(vec!["type A struct", "{", "}", "(", ")", "func f", "a", ".", ":=", "range", "for", ";",
            "import \"x\"", "switch", "case", "[", "]", "`x:\"y\"`", "interface", "*", "go", "\n", "map", "var b"]),
        0..60,
    )) {
        let text = format!("package a\n{}", words.join(" "));
        let sources = [Source { path: "a.go".to_owned(), language: &Go, outline: Go.outline("a.go", &text) }];
        let resolved = resolve(&sources, &[], &Unwatched);
        prop_assert!(resolved.calls.iter().all(|call| call.from_module == call.to_module));
    }
}

#[test]
fn deep_nesting_is_cut_off() {
    let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    Go.outline("a.go", &format!("package a\nvar a = {deep}"));
    Go.outline("a.go", &format!("package a\nfunc f() {{ {} }}", "if x {".repeat(5_000)));
    Go.outline("a.go", &format!("package a\nvar x {}int", "[]".repeat(5_000)));
}

#[test]
fn each_result_of_a_call_has_its_own_type() {
    check(
        &[
            (
                "a/order.go",
                "package a\ntype Order struct {}\nfunc (o *Order) Total() int { return 1 }",
            ),
            ("a/find.go", "package a\nfunc Find() (int, *Order, error) { return 1, nil, nil }"),
            (
                "a/use.go",
                "package a\nfunc Use() { n, order, err := Find()\n order.Total()\n _ = n\n _ = err }",
            ),
        ],
        &[
            "a/find.go type a/order.go",
            "a/use.go call a/find.go#Find",
            "a/use.go call a/order.go#Order.Total",
        ],
    );
}
