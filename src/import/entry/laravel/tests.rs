//! Programs of Laravel, and where work enters them.

use pretty_assertions::assert_eq;

use super::*;
use crate::import::{
    code::{LANGUAGES, resolve::resolve},
    progress::Unwatched,
};

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let php = *LANGUAGES.iter().find(|it| it.name() == "PHP").expect("PHP is read");
    let mut sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            language: php,
            outline: php.outline(path, &format!("<?php {text}")),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let resolved = resolve(&sources, &[], &Unwatched);
    let mut told: Vec<String> = find(&sources, &resolved)
        .into_iter()
        .map(|entry| {
            let function = entry.function.map(|id| resolved.functions[id.index()].name.clone());
            let place = function.unwrap_or_else(|| sources[entry.module.index()].path.clone());
            format!("{} {} {place}", entry.kind.word(), entry.route)
        })
        .collect();
    told.sort();
    assert_eq!(told, expected);
}

const CONTROLLER: (&str, &str) = (
    "Orders.php",
    "namespace App\\Http\\Controllers; class Orders { function index() {} function store() {} function show() {}
     function __invoke() {} }",
);

#[test]
fn routes_have_what_groups_put_before_them() {
    check(
        &[
            CONTROLLER,
            (
                "routes/web.php",
                "use Illuminate\\Support\\Facades\\Route; use App\\Http\\Controllers\\Orders;
                 Route::get('/a', [Orders::class, 'index'])->name('a');
                 Route::middleware('auth')->prefix('shop')->group(function () {
                   Route::post('b/{id}', 'Orders@store'); Route::get('', Orders::class);
                   Route::controller(Orders::class)->prefix('c')->group(function () { Route::get('d', 'show'); });
                   Route::group(['prefix' => 'e'], function () { Route::match(['put', 'patch'], 'f', fn () => 1); });
                 });",
            ),
        ],
        &[
            "http GET /a Orders.index",
            "http GET /shop Orders.__invoke",
            "http GET /shop/c/d Orders.show",
            "http PATCH /shop/e/f routes/web.php",
            "http POST /shop/b/{id} Orders.store",
            "http PUT /shop/e/f routes/web.php",
        ],
    );
}

#[test]
fn resources_and_loaded_files_count() {
    check(
        &[
            CONTROLLER,
            (
                "bootstrap/app.php",
                "return Application::configure()->withRouting(api: __DIR__.'/../routes/api.php')->create();",
            ),
            (
                "pack/src/Provider.php",
                "namespace Pack; use Illuminate\\Support\\Facades\\Route; class Provider {
               function boot() { Route::prefix('pack')->group(__DIR__.'/routes.php'); } }",
            ),
            (
                "pack/src/routes.php",
                "Route::get('x', [\\App\\Http\\Controllers\\Orders::class, 'show']);",
            ),
            (
                "routes/api.php",
                "use App\\Http\\Controllers\\Orders; Route::apiResource('orders', Orders::class)->only(['index', 'show']);",
            ),
        ],
        &[
            "http GET /api/orders Orders.index",
            "http GET /api/orders/{order} Orders.show",
            "http GET /pack/x Orders.show",
        ],
    );
}

#[test]
fn commands_jobs_and_listeners_are_started() {
    check(
        &[
            ("app/Send.php", "namespace App; class Send extends \\Illuminate\\Console\\Command {
               protected $signature = 'orders:send {id}'; function handle() {} }"),
            ("app/Mail.php", "namespace App; use Illuminate\\Contracts\\Queue\\ShouldQueue;
               class Mail implements ShouldQueue { function handle() {} }"),
            ("app/Listeners/Log.php", "namespace App\\Listeners; class Log { function handle(\\App\\Paid $event) {} }"),
            ("routes/console.php", "use Illuminate\\Support\\Facades\\Schedule;
               Schedule::command('orders:send')->daily(); Schedule::job(new \\App\\Mail)->cron('* * * * *');"),
        ],
        &[
            "command orders:send Send.handle",
            "job * * * * * Mail.handle",
            "job daily Send.handle",
            "message Mail Mail.handle",
            "message Paid Log.handle",
        ],
    );
}
