//! .NET programs in, entry points out.

use crate::import::entry::tests::{check, check_all};

#[test]
fn controllers_have_routes_of_their_own_or_by_convention() {
    check(
        "Orders.cs",
        "[ApiController, Route(\"api/[controller]\")] public class OrdersController : ControllerBase {
         public OrdersController(IStore s) { } public int Size { get { return 1; } }
         [HttpGet] public List<Order> List() => null; [HttpGet(\"{id}\")] public Order One(int id) => null;
         [HttpPost, Route(\"put\")] public void Put(Order o) { } [HttpDelete(\"/all\")] public void Clear() { }
         [NonAction] public void Help() { } private void Own() { } }
         [Area(\"Admin\")] public class HomeController : Controller {
         public IActionResult Index() => View(); [HttpPost] public async Task<IActionResult> SaveAsync() => null; }",
        &[
            "Clear http DELETE /all",
            "Index http ANY /admin/home/index",
            "List http GET /api/orders",
            "One http GET /api/orders/{id}",
            "Put http POST /api/orders/put",
            "SaveAsync http POST /admin/home/save",
        ],
    );
}

#[test]
fn routes_of_a_base_class_hold_for_those_below_it() {
    check_all(
        &[
            (
                "Base.cs",
                "[Route(\"api/[controller]/[action]\")] public abstract class BaseApi : ControllerBase { }",
            ),
            (
                "Tags.cs",
                "public class TagsController : BaseApi { [HttpGet] public int All() => 1; }",
            ),
        ],
        &["All http GET /api/tags/all"],
    );
}

#[test]
fn pages_are_called_as_their_files_are() {
    check(
        "Web/Pages/Basket/Index.cshtml.cs",
        "public class IndexModel : PageModel { public void OnGet() { } public Task OnPostUpdateAsync() => null; void Other() { } }",
        &["OnGet http GET /basket", "OnPostUpdateAsync http POST /basket?handler=Update"],
    );
}

#[test]
fn minimal_routes_stand_under_their_groups() {
    check(
        "Program.cs",
        "var app = WebApplication.Create(); app.MapGet(\"/health\", () => 1);
         var orders = app.MapGroup(\"/orders\").RequireAuthorization(); orders.MapPost(\"/\", Api.Put);
         static class Api { public static void Put() { }
          public static void Map(this WebApplication app) { app.MapGroup(\"/x\").MapDelete(\"{id}\", Drop); }
          static void Drop(int id) { } }",
        &["Drop http DELETE /x/{id}", "Put http POST /orders", "http GET /health", "main"],
    );
}

#[test]
fn endpoints_hubs_functions_and_jobs_are_found() {
    check(
        "All.cs",
        "public class Make : Endpoint<Request, Response> { public override void Configure() { Post(\"/make\"); }
          public override Task HandleAsync(Request r) => null; }
         public class Chat : Hub { public Task Say(string s) => null; }
         public class Fn { [Function(\"f\")] public void Run([TimerTrigger(\"0 5 * * *\")] object t) { } }
         public class Mail { public void Send() { } }
         public class Setup { void Do() { RecurringJob.AddOrUpdate<Mail>(\"m\", m => m.Send(), \"x\"); } }
         public class Tick : BackgroundService { protected override Task ExecuteAsync() { return null; } }",
        &[
            "ExecuteAsync job",
            "HandleAsync http POST /make",
            "Run job 0 5 * * *",
            "Say message Chat.Say",
            "Send job",
        ],
    );
}
