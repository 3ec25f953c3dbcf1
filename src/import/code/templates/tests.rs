//! Templates and the code around them in, references out.

use pretty_assertions::assert_eq;

use crate::import::{
    code::{
        LANGUAGES,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

/// What the modules refer to, without repetitions.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let mut sources: Vec<Source> = files
        .iter()
        .map(|(path, text)| {
            let ending = path.rsplit('.').next().unwrap_or_default();
            let language = LANGUAGES
                .iter()
                .find(|it| it.extensions().contains(&ending) && it.reads(path))
                .expect("a language that is read");
            let outline = language.outline(path, text);
            Source { path: (*path).to_owned(), language: *language, outline }
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let resolved = resolve(&sources, &[], &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

#[test]
fn django_shows_templates_and_templates_lead_to_views() {
    check(
        &[
            (
                "shop/views.py",
                "def show(request):\n    return render(request, 'shop/order.html')\n",
            ),
            (
                "shop/lists.py",
                "from django.views.generic import ListView\nfrom shop.models import Order\nclass Orders(ListView):\n    model = Order\n",
            ),
            ("shop/models.py", "class Order:\n    pass\n"),
            (
                "shop/urls.py",
                "from shop import views\napp_name = 'shop'\nurlpatterns = [path('o/', views.show, name='show')]\n",
            ),
            ("shop/templatetags/money.py", "x = 1\n"),
            (
                "shop/templates/shop/order.html",
                "{% extends 'base.html' %}{% load money %}\n{% url 'shop:show' %}",
            ),
            ("shop/templates/shop/order_list.html", "{% include \"shop/order.html\" with a=b %}"),
            ("templates/base.html", "<p>{{ order }}</p>"),
        ],
        &[
            "shop/lists.py import shop/models.py",
            "shop/lists.py import shop/templates/shop/order_list.html",
            "shop/lists.py type shop/models.py",
            "shop/templates/shop/order.html import shop/templatetags/money.py",
            "shop/templates/shop/order.html import shop/views.py",
            "shop/templates/shop/order.html import templates/base.html",
            "shop/templates/shop/order_list.html import shop/templates/shop/order.html",
            "shop/urls.py call shop/views.py#show",
            "shop/urls.py import shop/views.py",
            "shop/views.py import shop/templates/shop/order.html",
        ],
    );
}

#[test]
fn pyramid_and_flask_name_templates_and_routes() {
    check(
        &[
            (
                "web/a.py",
                "@view_config(route_name='account.profile', renderer='web:templates/a.html')\ndef profile(request):\n    return {}\n",
            ),
            (
                "web/b.py",
                "bp = Blueprint('shop', __name__)\n@bp.route('/x')\ndef show():\n    return render_template('b.html')\n",
            ),
            ("web/templates/a.html", "{{ request.route_path('account.profile', a=b) }}"),
            ("web/templates/b.html", "{{ url_for('shop.show') }}"),
        ],
        &[
            "web/a.py import web/templates/a.html",
            "web/b.py import web/templates/b.html",
            "web/templates/a.html import web/a.py",
            "web/templates/b.html import web/b.py",
        ],
    );
}

#[test]
fn twig_leads_to_controllers_by_routes() {
    check(
        &[
            ("src/OrderController.php", "<?php namespace App; #[Route('/o', name: 'order_')] class OrderController {
                #[Route('/{id}', name: 'show')] function show() { return $this->render('order/show.html.twig'); } }"),
            ("src/Extension.php", "<?php namespace App; class Extension { function getFilters() {
                return [new TwigFilter('money', [$this, 'money'])]; } }"),
            ("templates/base.html.twig", "{{ constant('App\\\\Extension::X') }}"),
            ("templates/order/show.html.twig", "{% extends 'base.html.twig' %}\n{{ path('order_show') }}{{ a|money }}"),
        ],
        &[
            "src/OrderController.php import templates/order/show.html.twig",
            "templates/base.html.twig import src/Extension.php",
            "templates/order/show.html.twig import src/Extension.php",
            "templates/order/show.html.twig import src/OrderController.php",
            "templates/order/show.html.twig import templates/base.html.twig",
        ],
    );
}

#[test]
fn thymeleaf_takes_fragments_from_each_other() {
    check(
        &[
            (
                "src/main/java/a/Orders.java",
                "package a; @Controller class Orders { String show() { return \"orders/list\"; } }",
            ),
            (
                "src/main/resources/templates/orders/list.html",
                "<html th:replace=\"~{parts/layout :: layout (~{::body},'a')}\"><p th:text=\"${T(a.Orders).x}\">",
            ),
            ("src/main/resources/templates/parts/layout.html", "<html>"),
        ],
        &[
            "src/main/java/a/Orders.java import src/main/resources/templates/orders/list.html",
            "src/main/resources/templates/orders/list.html import src/main/java/a/Orders.java",
            "src/main/resources/templates/orders/list.html import src/main/resources/templates/parts/layout.html",
        ],
    );
}

#[test]
fn pages_of_java_servers_are_java() {
    check(
        &[
            (
                "src/a/Order.java",
                "package a; public class Order { public long total() { return 1; } }",
            ),
            (
                "src/a/Show.java",
                "package a; class Show { void go() { forward(\"/WEB-INF/jsp/order/show.jsp\"); } }",
            ),
            ("web/WEB-INF/jsp/common/top.jsp", "<html>"),
            (
                "web/WEB-INF/jsp/order/show.jsp",
                "<%@ page import=\"a.Order\" %>\n<%@ include file=\"../common/top.jsp\" %>\n<% Order order = new Order(); %>\n<p><%= order.total() %></p>",
            ),
        ],
        &[
            "src/a/Show.java import web/WEB-INF/jsp/order/show.jsp",
            "web/WEB-INF/jsp/order/show.jsp call src/a/Order.java#Order.total",
            "web/WEB-INF/jsp/order/show.jsp construct src/a/Order.java",
            "web/WEB-INF/jsp/order/show.jsp import src/a/Order.java",
            "web/WEB-INF/jsp/order/show.jsp import web/WEB-INF/jsp/common/top.jsp",
            "web/WEB-INF/jsp/order/show.jsp type src/a/Order.java",
        ],
    );
}

#[test]
fn views_of_razor_see_the_usings_around_them() {
    check(
        &[
            (
                "Shop/Order.cs",
                "namespace Shop.Orders; public class Order { public Line[] Lines; public long Total() => 1; }\npublic class Line { public string Name() => null; }",
            ),
            (
                "Shop/CartController.cs",
                "namespace Shop; public class CartController : Controller { public object Index() { return View(); } public object Other() => PartialView(\"_Line\"); }",
            ),
            (
                "Shop/CartBadgeViewComponent.cs",
                "namespace Shop; public class CartBadgeViewComponent : ViewComponent { public object Invoke() { return View(new object()); } }",
            ),
            ("Shop/Views/_ViewImports.cshtml", "@using Shop.Orders"),
            (
                "Shop/Views/Cart/Index.cshtml",
                "@model Order\n@{ Layout = \"_Layout\"; }\n@foreach (var line in Model.Lines) {\n<b>@line.Name()</b>\n<partial name=\"_Line\" />\n}\n@await Component.InvokeAsync(\"CartBadge\")\n@Model.Total()",
            ),
            (
                "Shop/Views/Shared/_Layout.cshtml",
                "<a asp-controller=\"Cart\" asp-action=\"Index\">",
            ),
            ("Shop/Views/Shared/_Line.cshtml", "<p>"),
            ("Shop/Views/Shared/Components/CartBadge/Default.cshtml", "<p>"),
        ],
        &[
            "Shop/CartBadgeViewComponent.cs import Shop/Views/Shared/Components/CartBadge/Default.cshtml",
            "Shop/CartController.cs import Shop/Views/Cart/Index.cshtml",
            "Shop/CartController.cs import Shop/Views/Shared/_Line.cshtml",
            "Shop/Views/Cart/Index.cshtml call Shop/Order.cs#Line.Name in a loop",
            "Shop/Views/Cart/Index.cshtml call Shop/Order.cs#Order.Total",
            "Shop/Views/Cart/Index.cshtml import Shop/CartBadgeViewComponent.cs",
            "Shop/Views/Cart/Index.cshtml import Shop/Views/Shared/_Layout.cshtml",
            "Shop/Views/Cart/Index.cshtml import Shop/Views/Shared/_Line.cshtml",
            "Shop/Views/Cart/Index.cshtml type Shop/Order.cs",
            "Shop/Views/Shared/_Layout.cshtml import Shop/CartController.cs",
        ],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(text in "[<>{}%@#a-z\"'()=:/. \\n-]{0,200}") {
        let templates = LANGUAGES.iter().filter(|it| {
            matches!(it.name(), "Jinja" | "JSP" | "Razor" | "Thymeleaf" | "Twig")
        });
        for language in templates {
            language.outline("a/b", &text);
        }
    }
}
