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
pub(super) fn check(path: &str, text: &str, expected: &[&str]) {
    check_all(&[(path, text)], expected);
}

/// The same of several files, manifests among them.
#[track_caller]
pub(super) fn check_all(files: &[(&str, &str)], expected: &[&str]) {
    let (manifests, files): (Vec<_>, Vec<_>) =
        files.iter().partition(|(path, _)| path.ends_with(".toml"));
    let manifests: Vec<(String, String)> = manifests
        .into_iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let source = |(path, text): &(&str, &str)| {
        let language = language(path);
        let outline = language.outline(path, text);
        Source { path: (*path).to_owned(), language, outline }
    };
    let sources: Vec<Source> = files.iter().map(source).collect();
    let resolved = resolve(&sources, &manifests, &Unwatched);
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

#[test]
fn django_puts_the_paths_of_patterns_together() {
    check_all(
        &[
            (
                "site/urls.py",
                r#"
from django.urls import path, include, re_path
from shop import views
urlpatterns = [
    path("shop/", include("shop.urls", namespace="shop")),
    re_path(r"^old/(?P<year>[0-9]{4})/$", views.year),
    path("admin/", admin.site.urls),
]
urlpatterns += [path("about/", TemplateView.as_view())]
"#,
            ),
            (
                "shop/urls.py",
                r#"
from django.urls import path, include
from rest_framework.routers import DefaultRouter
from . import views
from .api import OrderSet, LineSet
router = DefaultRouter()
orders = router.register(r"orders", OrderSet, basename="order")
orders.register(r"lines", LineSet)
urlpatterns = [
    path("<int:pk>/", views.Detail.as_view(), name="detail"),
    path("close/", csrf_exempt(views.close)),
    path("api/", include(router.urls)),
]
"#,
            ),
            (
                "shop/views.py",
                r#"
from django.views import View
from django.views.decorators.http import require_POST
class Base(View):
    def get(self, request, pk): return None
class Detail(Base):
    def post(self, request, pk): return None
@require_POST
def close(request): return None
def year(request, year): return None
"#,
            ),
            (
                "shop/api.py",
                r#"
from rest_framework import viewsets, mixins
from rest_framework.decorators import action
class OrderSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    def create(self, request): return None
    @action(detail=True, methods=["post"], url_path="pay")
    def settle(self, request, pk): return None
class LineSet(viewsets.GenericViewSet):
    def list(self, request): return None
"#,
            ),
            (
                "shop/management/commands/tidy.py",
                "class Command(BaseCommand):\n    def handle(self, *args): return None\n",
            ),
        ],
        &[
            "close http POST /shop/close/",
            "create http POST /shop/api/orders/",
            "get http GET /shop/{pk}/",
            "handle command tidy",
            "http GET /shop/api/orders/",
            "list http GET /shop/api/orders/{parent}/lines/",
            "post http POST /shop/{pk}/",
            "settle http POST /shop/api/orders/{pk}/pay/",
            "year http ANY /old/{year}/",
        ],
    );
}

#[test]
fn routers_and_blueprints_are_mounted() {
    check_all(
        &[
            (
                "app/items.py",
                r#"
from fastapi import APIRouter
router = APIRouter(prefix="/items")
@router.get("/{id}")
def one(id: int): return None
"#,
            ),
            (
                "app/main.py",
                r#"
from fastapi import FastAPI, APIRouter
from .items import router as items
api = APIRouter(prefix="/v1")
api.include_router(items)
app = FastAPI()
app.include_router(api, prefix="/api")
@app.get("/health")
def health(): return None
"#,
            ),
            (
                "web/pages.py",
                r#"
from flask import Blueprint
pages = Blueprint("pages", __name__, url_prefix="/pages")
@pages.route("/new", methods=["POST"])
def new(): return None
"#,
            ),
            (
                "web/factory.py",
                r#"
from .pages import pages
def create_app():
    app = Flask(__name__)
    app.register_blueprint(pages, url_prefix="/p")
    return app
"#,
            ),
        ],
        &["health http GET /health", "new http POST /p/new", "one http GET /api/v1/items/{id}"],
    );
}

#[test]
fn graphql_and_schedules() {
    check(
        "shop/schema.py",
        r#"
import graphene
class BaseMutation(graphene.Mutation):
    @classmethod
    def mutate(cls, root, info): return cls.perform(info)
class PlaceOrder(BaseMutation):
    @classmethod
    def perform(cls, info): return None
class Mutations(graphene.ObjectType):
    place_order = PlaceOrder.Field()
class Query(graphene.ObjectType):
    open_orders = graphene.List(graphene.Int)
    def resolve_open_orders(self, info): return []
class Order(graphene.ObjectType):
    def resolve_lines(self, info): return []
def tidy(): return None
CELERY_BEAT_SCHEDULE = {"nightly": {"task": "shop.schema.tidy", "schedule": 60}}
"#,
        &[
            "mutate http MUTATION placeOrder",
            "resolve_open_orders http QUERY openOrders",
            "tidy job nightly",
        ],
    );
}

#[test]
fn routers_of_express_and_its_like() {
    check(
        "src/http.ts",
        r#"
import express, { Router } from 'express';
import axios from 'axios';
const app = express();
const orders = Router();
orders.get('/:id', async (req, res) => { res.send(1) });
orders.route('/').get(list).post(guard, add);
app.use('/api/orders', orders);
app.get('/health', (req, res) => res.send('ok'));
app.get('title');
axios.get('/far', list);
const config = new Map(); config.get('/x', list);
function list() {}
function add() {}
"#,
        &[
            "add http POST /api/orders",
            "get /:id http GET /api/orders/:id",
            "get /health http GET /health",
            "list http GET /api/orders",
        ],
    );
}

#[test]
fn nest_controllers_with_the_prefix_of_the_application() {
    check(
        "src/app.ts",
        r#"
import { Controller, Get } from '@nestjs/common';
@Controller('orders')
export class OrdersController {
  @Get(':id') one(@Param('id') id: string, @Query() query: X) {}
  @Post() add() {}
  @EventPattern('paid') paid() {}
}
@Controller({ path: 'users' }) class Users { @Get() all() {} }
async function bootstrap() { const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api'); }
"#,
        &[
            "add http POST /api/orders",
            "all http GET /api/users",
            "one http GET /api/orders/:id",
            "paid message paid",
        ],
    );
}

#[test]
fn files_that_are_routes() {
    check(
        "web/app/(shop)/api/orders/[id]/route.ts",
        "export async function GET() {}\nexport const POST = async () => {}\nfunction PUT() {}",
        &["GET http GET /api/orders/:id", "POST http POST /api/orders/:id"],
    );
    check(
        "app/routes/_auth+/orders.$id.tsx",
        "export const loader = async () => 1\nexport default function Page() { return null }",
        &["loader http GET /orders/:id"],
    );
}

#[test]
fn procedures_queues_and_schedules() {
    check(
        "src/all.ts",
        r#"
import { Worker } from 'bullmq';
import cron from 'node-cron';
const place = authedProcedure.input(x).mutation(async () => 1);
export const appRouter = router({ orders: { place }, list: publicProcedure.query(() => []), admin: adminRouter });
const adminRouter = router({ users: { roles: { grant: adminProcedure.mutation(async () => 1) } } });
cron.schedule('* * * * *', async () => {});
new Worker('mail', send);
function send() {}
"#,
        &[
            "appRouter list http QUERY list",
            "http MUTATION admin.users.roles.grant",
            "place http MUTATION orders.place",
            "schedule * * * * * job * * * * *",
            "send message mail",
        ],
    );
}
