//! What code does with Django's models, told by source text.

use crate::import::access::tests::check;

const MODELS: &str = r#"
== shop/apps.py
class ShopConfig(AppConfig):
    name = "shop"
== shop/models.py
from django.db import models
from django.conf import settings

class Stamped(models.Model):
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="%(class)s_edits", on_delete=models.CASCADE)
    class Meta:
        abstract = True

class OrderQuerySet(models.QuerySet["Order"]):
    def open(self):
        return self.filter(closed=False)

OrderManager = models.Manager.from_queryset(OrderQuerySet)

class Order(Stamped):
    number = models.CharField(max_length=20, unique=True)
    tags = models.ManyToManyField("Tag")
    objects = OrderManager()

class Line(models.Model):
    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey("stock.Product", on_delete=models.CASCADE)

class Tag(models.Model):
    class Meta:
        db_table = "labels"

class BigOrder(Order):
    weight = models.IntegerField(null=True)

class Draft(Order):
    class Meta:
        proxy = True
== stock/models.py
from django.db.models import Model, CharField
class Product(Model):
    sku = CharField(primary_key=True, max_length=9)
== people/models.py
from django.contrib.auth.models import AbstractUser
class User(AbstractUser):
    pass
"#;

fn check_with_models(text: &str, expected: &str) {
    let text = format!("{MODELS}{text}");
    let entities = [
        "shop/models.py reads labels (entity)",
        "shop/models.py reads shop_bigorder (entity)",
        "shop/models.py reads shop_line (entity)",
        "shop/models.py reads shop_order (entity)",
        "stock/models.py reads stock_product (entity)",
        "people/models.py reads people_user (entity)",
        "OrderQuerySet.open reads shop_order (orm)",
        "shop_bigorder(editor_id) implies people_user",
        "shop_line(order_id) implies shop_order",
        "shop_line(product_id) implies stock_product",
        "shop_order(editor_id) implies people_user",
        "shop_order_tags(order_id) implies shop_order",
        "shop_order_tags(tag_id) implies labels",
    ];
    let mut lines: Vec<&str> = expected.trim().lines().chain(entities).collect();
    lines
        .retain(|line| !line.is_empty() && *line != "shop_bigorder(editor_id) implies people_user");
    lines.sort_unstable();
    check(&[], &text, &lines.join("\n"));
}

#[test]
fn managers_and_querysets_read_and_write() {
    check_with_models(
        r#"
== shop/views.py
from django.shortcuts import get_object_or_404
from .models import Order, Line, Draft

def show(request, pk):
    order = get_object_or_404(Order, pk=pk)
    return order

def close(request):
    Order.objects.filter(closed=False).update(closed=True)

def make(request):
    order, created = Line.objects.get_or_create(number=1)
    Draft.objects.create(number=2)

def remove(request):
    Line.objects.filter(
        pk=1,
    ).exclude(pk=2).delete()

def listing(request):
    return [line.pk for line in Order.objects.open()]

def later(qs):
    return qs.filter(pk=1)
"#,
        "
close writes shop_order (orm)
listing reads shop_order (orm)
make reads shop_line (orm)
make writes shop_line (orm)
make writes shop_order (orm)
remove writes shop_line (orm)
show reads shop_order (orm)
",
    );
}

#[test]
fn rows_lead_to_other_rows() {
    check_with_models(
        r#"
== shop/service.py
from .models import Order, Line, BigOrder

def total(order: Order):
    for line in order.lines.all():
        print(line.product.sku)

def label(order: Order, tag):
    order.tags.add(tag)
    order.tags.filter(pk=1)

def move(line: Line, order):
    line.order = order
    line.save()

def edited(user):
    return user.order_edits.all()

def heavy():
    return BigOrder.objects.get(pk=1)

class Mover:
    def __init__(self, line: Line):
        self.line = line
    def run(self):
        self.line.delete()
"#,
        "
Mover.run writes shop_line (orm)
heavy reads shop_bigorder (orm)
heavy reads shop_order (orm)
label joins labels shop_order_tags
label reads labels (orm)
label reads shop_order_tags (orm)
label writes shop_order_tags (orm)
move writes shop_line (orm)
total reads shop_line (orm)
total reads stock_product (orm)
",
    );
}

#[test]
fn lookups_join() {
    check_with_models(
        r#"
== shop/search.py
from django.db.models import Q, F, Count
from .models import Order, Line

def by_product(sku):
    return Line.objects.filter(product__sku=sku, order__number__in=[1])

def tagged():
    return Order.objects.filter(Q(tags__pk=1) | Q(lines__product__sku="a"))

def loaded():
    return Line.objects.select_related("order__editor").order_by("-pk")

def counted():
    return Order.objects.annotate(many=Count("lines"))
"#,
        "
by_product joins shop_line shop_order
by_product joins shop_line stock_product
by_product reads shop_line (orm)
by_product reads shop_order (orm)
by_product reads stock_product (orm)
counted joins shop_line shop_order
counted reads shop_line (orm)
counted reads shop_order (orm)
loaded joins people_user shop_order
loaded joins shop_line shop_order
loaded reads people_user (orm)
loaded reads shop_line (orm)
loaded reads shop_order (orm)
tagged joins shop_line shop_order
tagged joins shop_line stock_product
tagged joins shop_order shop_order_tags
tagged reads shop_line (orm)
tagged reads shop_order (orm)
tagged reads shop_order_tags (orm)
tagged reads stock_product (orm)
",
    );
}

#[test]
fn models_by_text_forms_and_views() {
    check_with_models(
        r#"
== shop/migrations/0002_fill.py
def fill(apps, schema_editor):
    Line = apps.get_model("shop", "Line")
    for line in Line.objects.all():
        line.save()
== shop/signals.py
from django.dispatch import receiver
from .models import Line
@receiver(post_save, sender=Line)
def placed(sender, instance, **kwargs):
    print(instance.product)
    instance.save()
== shop/filters.py
import django_filters
from .models import Order
class OrderFilter(django_filters.FilterSet):
    class Meta:
        model = Order
    def by_text(self, queryset, name, value):
        return queryset.filter(number=value)
== shop/api.py
from rest_framework import serializers, viewsets
from .models import Order

class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order

class OrderView(viewsets.GenericViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    def close(self, request):
        order = self.get_object()
        order.save()
    def add(self, request):
        serializer = self.get_serializer(data=request.data)
        serializer.save()
"#,
        "
OrderView.add writes shop_order (orm)
OrderView.close writes shop_order (orm)
OrderFilter.by_text reads shop_order (orm)
fill reads shop_line (orm)
placed reads stock_product (orm)
placed writes shop_line (orm)
fill writes shop_line (orm)
shop/api.py reads shop_order (orm)
",
    );
}

#[test]
fn keys_are_compared_where_they_stand() {
    check_with_models(
        r#"
== shop/keys.py
from django.db.models import Count, Q
from .models import Order, Line

def of_order(order):
    return Line.objects.filter(order=order, product__in=[1]).values("order", "product__sku")

def tagged(tag):
    return Order.objects.filter(Q(tags=tag) & Q(lines__isnull=True)).count()
"#,
        "
of_order joins shop_line stock_product
of_order reads shop_line (orm)
of_order reads stock_product (orm)
tagged joins shop_line shop_order
tagged joins shop_order shop_order_tags
tagged reads shop_line (orm)
tagged reads shop_order (orm)
tagged reads shop_order_tags (orm)
",
    );
}
