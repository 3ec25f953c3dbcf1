//! Java in, calls out.

use pretty_assertions::assert_eq;

use super::Java;
use crate::import::{
    code::{
        language::Language as _,
        outline::{Expr, ExprKind, Outline},
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    let mut sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            language: &Java,
            outline: Java.outline(path, text),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// What the modules refer to, without repetitions.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = sources(files);
    let resolved = resolve(&sources, &[], &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const ORDER: (&str, &str) = (
    "shop/Order.java",
    "package shop; public class Order { private Long id; public Long total() { return id; }
     public static Order draft() { return new Order(); } public enum State { OPEN, SENT } }",
);

#[test]
fn names_are_found_in_the_package_and_through_imports() {
    check(
        &[
            ORDER,
            ("shop/Cart.java", "package shop; class Cart { Order order; }"),
            ("web/Page.java", "package web; import shop.Order; class Page { Order order; }"),
            ("web/Star.java", "package web; import shop.*; class Star { Order order; }"),
            ("web/Full.java", "package web; class Full { shop.Order order; }"),
            ("web/None.java", "package web; class None { Order order; }"),
        ],
        &[
            "shop/Cart.java type shop/Order.java",
            "web/Full.java type shop/Order.java",
            "web/Page.java import shop/Order.java",
            "web/Page.java type shop/Order.java",
            "web/Star.java type shop/Order.java",
        ],
    );
}

#[test]
fn the_same_simple_name_in_two_packages_is_two_types() {
    check(
        &[
            ("a/Item.java", "package a; public class Item {}"),
            ("b/Item.java", "package b; public class Item {}"),
            ("b/Use.java", "package b; class Use { Item own; a.Item other; }"),
            ("c/Use.java", "package c; import a.Item; class Use { Object o = new Item(); }"),
        ],
        &[
            "b/Use.java type a/Item.java",
            "b/Use.java type b/Item.java",
            "c/Use.java construct a/Item.java",
            "c/Use.java import a/Item.java",
        ],
    );
}

#[test]
fn comments_and_texts_name_nothing() {
    check(
        &[
            ORDER,
            (
                "shop/Quiet.java",
                "package shop; /** {@link Order} */ class Quiet { // Order
                 String s = \"new Order()\"; String t = \"\"\"\n  Order\n  \"\"\"; }",
            ),
        ],
        &[],
    );
}

#[test]
fn calls_follow_the_types_of_fields_locals_and_chains() {
    check(
        &[
            ORDER,
            ("shop/Store.java", "package shop; interface Store { Order find(Long id); }"),
            (
                "shop/Desk.java",
                "package shop; class Desk { private final Store store; Desk(Store store) { \
                 this.store = store; } Long sum(Long id) { var order = store.find(id); \
                 return order.total() + this.store.find(id).total(); } }",
            ),
        ],
        &[
            "shop/Desk.java call shop/Order.java#Order.total",
            "shop/Desk.java call shop/Store.java#Store.find",
            "shop/Desk.java type shop/Store.java",
            "shop/Store.java type shop/Order.java",
        ],
    );
}

#[test]
fn elements_of_collections_have_their_type() {
    check(
        &[
            ORDER,
            (
                "shop/Sum.java",
                "package shop; import java.util.*; class Sum { void all(List<Order> orders, \
                 Map<String, Order> byName) { for (var order : orders) { order.total(); } \
                 orders.stream().filter(o -> o.total() > 0).map(Order::total); \
                 byName.get(\"a\").total(); } }",
            ),
        ],
        &[
            "shop/Sum.java call shop/Order.java#Order.total",
            "shop/Sum.java call shop/Order.java#Order.total in a loop",
            "shop/Sum.java type shop/Order.java",
        ],
    );
}

#[test]
fn what_is_inherited_is_found_in_super_types() {
    check(
        &[
            ("a/Base.java", "package a; public class Base<T> { protected T item; void log() {} }"),
            ("a/Item.java", "package a; public class Item { void ship() {} }"),
            (
                "a/Sub.java",
                "package a; class Sub extends Base<Item> { void go() { log(); super.log(); } }",
            ),
        ],
        &[
            "a/Sub.java call a/Base.java#Base.log",
            "a/Sub.java inherit a/Base.java",
            "a/Sub.java type a/Item.java",
        ],
    );
}

#[test]
fn every_way_to_name_a_type_counts() {
    check(
        &[
            ORDER,
            ("shop/Bad.java", "package shop; public class Bad extends RuntimeException {}"),
            ("shop/Mark.java", "package shop; public @interface Mark {}"),
            (
                "shop/Ways.java",
                "package shop; @Mark class Ways { void a() throws Bad {} Object b(Object o) { \
                 if (o instanceof Order order) { order.total(); } return Order.class; } \
                 <T extends Order> void c(T t) { t.total(); } Object d() { return Order.draft(); } \
                 Object e() { return Order.State.OPEN; } }",
            ),
        ],
        &[
            "shop/Ways.java call shop/Order.java#Order.draft",
            "shop/Ways.java call shop/Order.java#Order.total",
            "shop/Ways.java type shop/Bad.java",
            "shop/Ways.java type shop/Mark.java",
            "shop/Ways.java type shop/Order.java",
        ],
    );
}

#[test]
fn one_class_declared_twice_is_the_nearest_one() {
    check(
        &[
            ("one/src/a/Item.java", "package a; public class Item {}"),
            ("two/src/a/Item.java", "package a; public class Item {}"),
            ("two/src/a/Use.java", "package a; class Use { Item item; }"),
        ],
        &["two/src/a/Use.java type two/src/a/Item.java"],
    );
}

fn texts(outline: &Outline) -> Vec<String> {
    let mut texts = Vec::new();
    let mut note = |expr: &Expr| {
        if let ExprKind::Text(text) = &expr.kind {
            texts.push(text.clone());
        }
    };
    for function in &outline.functions {
        function.body.iter().for_each(|stmt| stmt.walk(&mut |expr| note(expr)));
    }
    texts
}

#[test]
fn texts_that_are_put_together_are_one() {
    let text = "class Q { static final String T = \"orders\"; void q(long id) {
        run(\"select * from \" + T + \" where id = \" + id); run(\"\"\"
            select 1
              from a\"\"\"); } }";
    let outline = Java.outline("Q.java", text);
    assert_eq!(texts(&outline), ["select * from orders where id = ?", "select 1\n  from a"]);
}

#[test]
fn records_enums_and_nested_types_are_declared() {
    let text = "record P(int x) { P { check(x); } } enum E { A { void f() {} }, B; void f() {} }
                interface I { int K = 1; class N {} }";
    let outline = Java.outline("P.java", text);
    let names: Vec<&str> = outline.types.iter().map(|ty| ty.name.as_str()).collect();
    assert_eq!(names, ["P", "E", "I", "I.N"]);
    let functions: Vec<&str> = outline.functions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(functions, ["P", "f"]);
    assert_eq!((outline.lines, outline.errors), (2, Vec::new()));
}

#[test]
fn broken_and_hostile_files_are_read_as_far_as_possible() {
    let broken = Java.outline("A.java", "class A { void ok() {} void bad( { } class B");
    assert!(!broken.errors.is_empty());
    let deep = format!("class A {{ int x = {}1{}; }}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(Java.outline("A.java", &deep).types.len(), 1);
    let long = format!("class A {{ String x = {}\"b\"; }}", "\"a\" + ".repeat(20_000));
    assert_eq!(Java.outline("A.java", &long).types.len(), 1);
}

#[test]
fn a_class_named_for_its_own_sake_is_an_object_of_the_library() {
    check(
        &[
            (
                "a/Base.java",
                "package a; class Base { public boolean equals(Object o) { return true; } }",
            ),
            ("a/Order.java", "package a; class Order extends Base {}"),
            (
                "b/Use.java",
                "package b; import a.Order; class Use { void go(Class<?> c) { Order.class.equals(c); } }",
            ),
        ],
        &[
            "a/Order.java inherit a/Base.java",
            "b/Use.java import a/Order.java",
            "b/Use.java type a/Order.java",
        ],
    );
}

#[test]
fn type_parameters_are_what_they_are_bound_to_be() {
    check(
        &[
            ORDER,
            (
                "shop/Keeper.java",
                "package shop; abstract class Keeper<T extends Order> { T kept; void go(T other) { kept.total(); other.total(); } }",
            ),
        ],
        &[
            "shop/Keeper.java call shop/Order.java#Order.total",
            "shop/Keeper.java type shop/Order.java",
        ],
    );
}

#[test]
fn a_case_names_the_type_that_is_switched_over() {
    check(
        &[
            ("a/State.java", "package a; enum State { OPEN, SENT }"),
            ("a/Order.java", "package a; class Order { State state() { return null; } }"),
            (
                "a/Use.java",
                "package a; class Use { void go(Order order) { switch (order.state()) { case OPEN: break; default: } } }",
            ),
        ],
        &[
            "a/Order.java type a/State.java",
            "a/Use.java call a/Order.java#Order.state",
            "a/Use.java type a/Order.java",
            "a/Use.java type a/State.java",
        ],
    );
}

#[test]
fn nothing_is_guessed_where_the_module_is_not_named() {
    check(
        &[
            ("a/Session.java", "package a; class Session { void createNativeQuery() {} }"),
            (
                "b/Use.java",
                "package b; import org.x.Factory; class Use { void go(Factory f) { f.current().createNativeQuery(); System.getOut().createNativeQuery(); } }",
            ),
        ],
        &[],
    );
}
