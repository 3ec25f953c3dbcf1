// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Address;
import com.storefront.domain.Cart;
import com.storefront.domain.CartItem;
import com.storefront.domain.Customer;
import com.storefront.domain.Discount;
import com.storefront.domain.Order;
import com.storefront.domain.OrderItem;
import com.storefront.domain.OrderStatus;
import com.storefront.domain.Payment;
import com.storefront.repository.OrderRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Ids;
import com.storefront.util.Money;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a cart to an order that is paid. One transaction, because nobody wants a paid order without goods. */
@Service
public class CheckoutService {

    private static final Logger log = LoggerFactory.getLogger(CheckoutService.class);
    private static final Money FREE_SHIPPING_FROM = Money.of(5_000);
    private static final Money SHIPPING_AT_HOME = Money.of(490);
    private static final Money SHIPPING_ABROAD = Money.of(1_290);

    private final CartService carts;
    private final CustomerService customers;
    private final ProductService products;
    private final PriceRules priceRules;
    private final Discounts discounts;
    private final OrderRepository orders;
    private final ReservationService reservations;
    private final PaymentService payments;
    private final FraudCheck fraudCheck;
    private final NotificationService notifications;
    private final JdbcTemplate jdbc;

    public CheckoutService(CartService carts, CustomerService customers, ProductService products, PriceRules priceRules,
                           Discounts discounts, OrderRepository orders, ReservationService reservations,
                           PaymentService payments, FraudCheck fraudCheck, NotificationService notifications,
                           JdbcTemplate jdbc) {
        this.carts = carts;
        this.customers = customers;
        this.products = products;
        this.priceRules = priceRules;
        this.discounts = discounts;
        this.orders = orders;
        this.reservations = reservations;
        this.payments = payments;
        this.fraudCheck = fraudCheck;
        this.notifications = notifications;
        this.jdbc = jdbc;
    }

    /** What the last page of the checkout shows before the button is pressed. */
    public Map<String, Object> preview(String cartToken, long customerId, Long addressId) {
        Cart cart = carts.get(cartToken);
        Address address = chooseAddress(customerId, addressId);
        Money goods = carts.total(cart);
        Money shipping = shippingCost(goods, address);
        Map<String, Object> preview = new LinkedHashMap<>();
        preview.put("cart", carts.view(cart));
        preview.put("address", address.lines());
        preview.put("shipping", shipping.format());
        preview.put("total", goods.plus(shipping).format());
        preview.put("problems", problems(cart, customerId));
        return preview;
    }

    /**
     * Places the order: writes orders and order_items, holds stock, authorises the payment, empties the cart.
     * If any of it fails all of it is rolled back, the authorisation excepted: that expires by itself.
     */
    @Transactional
    public Order placeOrder(String cartToken, long customerId, Long addressId, String cardToken, String note) {
        Cart cart = carts.get(cartToken);
        Customer customer = customers.get(customerId);
        Address address = chooseAddress(customerId, addressId);
        List<CartItem> items = carts.items(cart);
        Checks.require(!items.isEmpty(), "the cart is empty");
        Checks.require(customer.isActive(), "this account is closed");

        Order order = assemble(cart, items, customer, address, note);
        long orderId = orders.insert(order);
        order.setId(orderId);
        for (OrderItem item : order.getItems()) {
            orders.insertItem(orderId, item);
            reservations.reserve(orderId, item.productId(), item.quantity(), address.getCountry());
        }

        if (fraudCheck.isSuspicious(customer, order, address)) {
            log.warn("order {} needs a look before it is paid", order.getNumber());
            jdbc.update("UPDATE orders SET note = 'CHECK BEFORE PACKING' WHERE id = ?", orderId);
        }
        Payment payment = payments.authorise(orderId, order.getTotal(), cardToken);
        if (payment.isOpen()) {
            order.changeTo(OrderStatus.PAID);
            orders.markPaid(orderId, Instant.now());
        }
        carts.clear(cart);
        notifications.orderPlaced(customer, order);
        log.info("order {} placed for {}", order.getNumber(), order.getTotal());
        return order;
    }

    /** The same basket again, at today's prices. */
    @Transactional
    public Cart reorder(long customerId, String orderNumber) {
        Order old = Checks.found(orders.findByNumber(orderNumber), "order", orderNumber);
        Checks.require(old.getCustomerId() == customerId, "this order belongs to somebody else");
        Cart cart = carts.getOrCreate(null, customerId);
        for (OrderItem item : orders.items(old.getId())) {
            try {
                carts.add(cart, item.productId(), item.quantity());
            } catch (IllegalArgumentException gone) {
                log.info("{} left out of the reorder: {}", products.name(item.productId()), gone.getMessage());
            }
        }
        return cart;
    }

    private Order assemble(Cart cart, List<CartItem> items, Customer customer, Address address, String note) {
        long running = orders.nextNumber();
        Order order = new Order(Ids.orderNumber(Dates.today().getYear(), running), customer.getId(), address.getId());
        for (CartItem item : items) {
            products.buyable(item.productId());
            order.add(freshPrice(item, customer.getId()).toOrderItem());
        }
        if (cart.hasDiscount()) {
            Discount discount = discounts.usable(cart.discountCode());
            order.discount(discount);
            discounts.use(discount);
        }
        order.setTotal(order.getTotal().plus(shippingCost(order.getTotal(), address)));
        order.setNote(note);
        return order;
    }

    /** Prices may have changed while the cart lay around; the lower one counts. */
    private CartItem freshPrice(CartItem item, long customerId) {
        Money now = priceRules.forCustomer(item.productId(), item.quantity(), customerId);
        Money price = item.unitPrice().isMoreThan(now) ? now : item.unitPrice();
        return new CartItem(item.cartId(), item.productId(), item.quantity(), price);
    }

    private Address chooseAddress(long customerId, Long addressId) {
        if (addressId == null) {
            return customers.defaultAddress(customerId);
        }
        Address address = customers.address(addressId);
        Checks.require(address.getCustomer().getId() == customerId, "this address belongs to somebody else");
        return address;
    }

    private Money shippingCost(Money goods, Address address) {
        if (address.isAbroad()) {
            return SHIPPING_ABROAD;
        }
        return goods.isMoreThan(FREE_SHIPPING_FROM) ? Money.zero() : SHIPPING_AT_HOME;
    }

    private List<String> problems(Cart cart, long customerId) {
        List<String> problems = new ArrayList<>();
        List<Map<String, Object>> short_ = jdbc.queryForList("""
                SELECT p.name, coalesce(sum(s.on_hand - s.reserved), 0) AS available, ci.quantity
                FROM cart_items ci
                JOIN products p ON p.id = ci.product_id
                LEFT JOIN stock s ON s.product_id = ci.product_id
                WHERE ci.cart_id = ?
                GROUP BY p.name, ci.quantity
                HAVING coalesce(sum(s.on_hand - s.reserved), 0) < ci.quantity
                """, cart.id());
        for (Map<String, Object> row : short_) {
            problems.add("only " + row.get("available") + " of " + row.get("name") + " left");
        }
        Long unpaid = jdbc.queryForObject(
                "SELECT count(*) FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.customer_id = ? AND p.status = 'FAILED'",
                Long.class, customerId);
        if (unpaid != null && unpaid > 2) {
            problems.add("earlier payments failed");
        }
        return problems;
    }
}
