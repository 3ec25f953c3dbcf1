//! Routes and jobs of Rust programs, told by source text: axum, Actix, Rocket.

use crate::import::entry::tests::check_all;

const MANIFEST: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");

/// A program of one crate: its main file, and another module named `orders`.
#[track_caller]
fn check(main: &str, orders: &str, expected: &[&str]) {
    check_all(&[MANIFEST, ("src/main.rs", main), ("src/orders.rs", orders)], expected);
}

#[test]
fn axum_nests_and_merges_routers() {
    check(
        r#"
mod orders;
use axum::{Router, routing::{get, post}};
async fn health() -> &'static str { "ok" }
fn api() -> Router {
    Router::new().nest("/orders", orders::routes()).route("/ping", get(health))
}
fn main() {
    let app = Router::new().nest("/api/v1", api()).merge(orders::public());
}
"#,
        r#"
use axum::{Router, routing::{get, post, delete}};
pub fn routes() -> Router {
    Router::new()
        .route("/", get(list).post(add))
        .route("/{id}", get(one))
        .route("/{id}/close", post(close))
}
pub fn public() -> Router { Router::new().route("/about", get(about)) }
async fn list() {}
async fn add() {}
async fn one() {}
async fn close() {}
async fn about() {}
async fn unused() {}
"#,
        &[
            "about http GET /about",
            "add http POST /api/v1/orders/",
            "close http POST /api/v1/orders/{id}/close",
            "health http GET /api/v1/ping",
            "list http GET /api/v1/orders/",
            "main main",
            "one http GET /api/v1/orders/{id}",
        ],
    );
}

#[test]
fn actix_has_scopes_and_attributes() {
    check(
        r#"
mod orders;
use actix_web::{web, App, HttpServer};
fn main() {
    HttpServer::new(|| App::new().configure(orders::configure));
}
"#,
        r#"
use actix_web::{get, post, web};
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/orders")
            .service(one)
            .route("/list", web::get().to(list))
            .service(web::resource("/{id}/lines").route(web::post().to(add_line))),
    );
}
#[get("/{id}")]
async fn one() {}
async fn list() {}
async fn add_line() {}
#[post("/alone")]
async fn alone() {}
"#,
        &[
            "add_line http POST /orders/{id}/lines",
            "alone http POST /alone",
            "list http GET /orders/list",
            "main main",
            "one http GET /orders/{id}",
        ],
    );
}

#[test]
fn rocket_declares_by_attribute() {
    check(
        "mod orders;\nfn main() {}\n",
        r#"
use rocket::{get, post};
#[get("/orders/<id>")]
fn one(id: u32) {}
#[post("/orders", format = "json", data = "<order>")]
fn add(order: String) {}
#[derive(Debug)]
struct Order;
impl Order { fn get(&self) {} }
"#,
        &["add http POST /orders", "main main", "one http GET /orders/<id>"],
    );
}

#[test]
fn jobs_run_by_the_clock_or_by_trait() {
    check(
        r#"
mod orders;
fn main() {
    let mut scheduler = Scheduler::new();
    scheduler.every(1.hours()).run(|| orders::tidy());
}
"#,
        r#"
pub fn tidy() {}
struct Mail;
impl BackgroundJob for Mail {
    fn run(&self) {}
}
"#,
        &["main main", "run job", "tidy job"],
    );
}
