//! Which functions are entry points, under which routes, told by source text.

use pretty_assertions::assert_eq;

use super::{annotated::join_path, *};
use crate::import::{
    code::{LANGUAGES, language::Language, resolve::resolve},
    progress::Unwatched,
};

fn language(path: &str) -> &'static dyn Language {
    let extension = path.rsplit('.').next().unwrap_or_default();
    *LANGUAGES
        .iter()
        .find(|language| language.extensions().contains(&extension))
        .expect("a language of that extension")
}

/// `function kind route` of every entry point of one file.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let language = language(path);
    let outline = language.outline(path, text);
    let sources = vec![Source { path: path.to_owned(), language, outline }];
    let resolved = resolve(&sources, &[], &Unwatched);
    let entries = find(&sources, &resolved);
    let mut told: Vec<String> = entries
        .entry_points
        .iter()
        .map(|entry| {
            let name = entry.function.map_or("", |id| resolved.functions[id.index()].short_name());
            format!("{name} {} {}", entry.kind.word(), entry.route).trim().to_owned()
        })
        .collect();
    told.sort();
    assert_eq!(told, expected);
}

#[test]
fn paths_of_classes_and_functions_are_joined() {
    assert_eq!(join_path("/orders/", "{id}", "", ""), "/orders/{id}");
    assert_eq!(join_path("", "", "", ""), "/");
    assert_eq!(
        join_path("api/[controller]", "[action]", "OrdersController", "List"),
        "/api/orders/list"
    );
    assert_eq!(join_path("api", "~/health", "", ""), "/health");
}

#[test]
fn spring_routes_join_class_and_function() {
    check(
        "shop/Orders.java",
        r#"
package shop;
@RestController
@RequestMapping("/orders")
class Orders {
    static final String ONE = "/{id}";
    @GetMapping({"", "/all"}) List<String> list() { return null; }
    @GetMapping(ONE) String one() { return null; }
    @RequestMapping(value = "/add", method = RequestMethod.POST) void add() { }
    @Scheduled(cron = "0 0 * * * *") void nightly() { }
    @KafkaListener(topics = "placed") void placed(String order) { }
    public static void main(String[] args) { }
}
"#,
        &[
            "add http POST /orders/add",
            "list http GET /orders",
            "list http GET /orders/all",
            "main main",
            "nightly job 0 0 * * * *",
            "one http GET /orders/{id}",
            "placed message placed",
        ],
    );
}

#[test]
fn jax_rs_tells_path_and_method_apart() {
    check(
        "shop/Orders.java",
        r#"
package shop;
@Path("orders")
class Orders {
    @GET @Path("{id}") String one() { return null; }
    @POST void add() { }
}
"#,
        &["add http POST /orders", "one http GET /orders/{id}"],
    );
}
