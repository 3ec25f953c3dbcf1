// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Address;
import com.storefront.domain.Customer;
import com.storefront.domain.Order;
import com.storefront.domain.OrderItem;
import com.storefront.domain.OrderStatus;
import com.storefront.domain.Shipment;
import com.storefront.domain.SupportTicket;
import com.storefront.mapper.OrderMapper;
import com.storefront.repository.OrderRepository;
import com.storefront.repository.SupportTicketRepository;
import com.storefront.util.Checks;
import com.storefront.util.Csv;
import com.storefront.util.Dates;
import com.storefront.util.Ids;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything about orders that had no better place.
 *
 * Do not add anything here without talking to the checkout team first.
 */
@Service
public class OrderManager {

    private static final Logger log = LoggerFactory.getLogger(OrderManager.class);
    private static final int PAYMENT_DAYS = 7;
    private static final int CLOSE_AFTER_DAYS = 31;
    private static final Money RESTOCKING_FEE = Money.of(350);

    private final OrderRepository orders;
    private final OrderMapper orderMapper;
    private final CustomerService customers;
    private final ProductService products;
    private final PriceRules priceRules;
    private final Discounts discounts;
    private final StockService stock;
    private final ReservationService reservations;
    private final PaymentService payments;
    private final RefundService refunds;
    private final ShippingService shipping;
    private final ReturnService returns;
    private final SupportTicketRepository tickets;
    private final NotificationService notifications;
    private final JdbcTemplate jdbc;

    public OrderManager(OrderRepository orders, OrderMapper orderMapper, CustomerService customers,
                        ProductService products, PriceRules priceRules, Discounts discounts, StockService stock,
                        ReservationService reservations, PaymentService payments, RefundService refunds,
                        ShippingService shipping, ReturnService returns, SupportTicketRepository tickets,
                        NotificationService notifications, JdbcTemplate jdbc) {
        this.orders = orders;
        this.orderMapper = orderMapper;
        this.customers = customers;
        this.products = products;
        this.priceRules = priceRules;
        this.discounts = discounts;
        this.stock = stock;
        this.reservations = reservations;
        this.payments = payments;
        this.refunds = refunds;
        this.shipping = shipping;
        this.returns = returns;
        this.tickets = tickets;
        this.notifications = notifications;
        this.jdbc = jdbc;
    }

    // ---------------------------------------------------------------- looking

    public Order get(long orderId) {
        return Checks.found(orders.find(orderId), "order", orderId);
    }

    public Order byNumber(String number) {
        Order order = Checks.found(orders.findByNumber(number), "order", number);
        order.getItems().addAll(orders.items(order.getId()));
        return order;
    }

    /** The order as support sees it: everything from everywhere on one screen. */
    public Map<String, Object> details(String number) {
        Order order = byNumber(number);
        Customer customer = customers.get(order.getCustomerId());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("number", order.getNumber());
        details.put("status", order.getStatus());
        details.put("customer", customer.getFullName());
        details.put("email", customer.getEmail());
        details.put("address", customers.address(order.getShippingAddressId()).lines());
        details.put("regular", customers.isGoodCustomer(customer.getId()));
        details.put("lines", orderMapper.linesWithProducts(order.getId()));
        details.put("total", order.getTotal().format());
        details.put("paid", payments.paid(order.getId()).format());
        details.put("refunds", refunds.ofOrder(order.getId()));
        details.put("shipments", shipmentLines(order.getId()));
        details.put("reserved", reservations.isComplete(order.getId()));
        details.put("tickets", ticketsOf(order));
        details.put("note", order.getNote());
        return details;
    }

    public List<String> shipmentLines(long orderId) {
        List<String> lines = new ArrayList<>();
        for (Shipment shipment : shipping.of(orderId)) {
            lines.add(shipment.status() + " " + (shipment.trackingNumber() == null ? "" : shipment.trackingNumber())
                    + " " + Dates.iso(shipment.shippedAt()));
        }
        return lines;
    }

    private List<String> ticketsOf(Order order) {
        List<String> lines = new ArrayList<>();
        for (SupportTicket ticket : tickets.byCustomer(order.getCustomerId())) {
            if (ticket.orderId() != null && ticket.orderId() == order.getId()) {
                lines.add(ticket.summary());
            }
        }
        return lines;
    }

    /** Whether everything that was ordered is still there; asked by the packing screen every few seconds. */
    public boolean isDeliverable(long orderId) {
        if (reservations.isComplete(orderId)) {
            return true;
        }
        for (OrderItem item : orders.items(orderId)) {
            if (!stock.isAvailable(item.productId(), item.quantity())) {
                return false;
            }
        }
        return true;
    }

    // --------------------------------------------------------------- changing

    @Transactional
    public void cancel(long orderId, String reason) {
        Order order = get(orderId);
        order.changeTo(OrderStatus.CANCELLED);
        orders.updateStatus(orderId, OrderStatus.CANCELLED);
        reservations.release(orderId);
        discounts.giveBack(order.getDiscountId());
        if (payments.isPaid(orderId)) {
            refunds.refundAll(orderId, reason);
        } else {
            payments.voidAll(orderId);
        }
        jdbc.update("UPDATE shipments SET status = 'CANCELLED' WHERE order_id = ? AND status = 'PACKING'", orderId);
        notifications.cancelled(customers.get(order.getCustomerId()), order.getNumber());
        log.info("order {} cancelled: {}", order.getNumber(), reason);
    }

    /** Takes one line out of an order that is not packed yet. */
    @Transactional
    public void removeItem(long orderId, long productId) {
        Order order = get(orderId);
        Checks.require(order.getStatus() == OrderStatus.PLACED || order.getStatus() == OrderStatus.PAID,
                "order " + order.getNumber() + " can no longer be changed");
        OrderItem gone = null;
        for (OrderItem item : order.getItems()) {
            if (item.productId() == productId) {
                gone = item;
            }
        }
        Checks.require(gone != null, "there is no " + products.name(productId) + " in this order");
        if (order.getItems().size() == 1) {
            cancel(orderId, "the last line was removed");
            return;
        }
        jdbc.update("DELETE FROM order_items WHERE id = ?", gone.id());
        Money total = order.getTotal().minus(gone.total()).atLeastZero();
        orders.updateTotal(orderId, total);
        releaseOne(orderId, productId);
        if (payments.isPaid(orderId)) {
            refunds.refund(orderId, gone.total(), null, "line removed: " + products.name(productId));
        }
    }

    private void releaseOne(long orderId, long productId) {
        jdbc.update("""
                UPDATE stock SET reserved = reserved - r.quantity
                FROM reservations r
                WHERE r.order_id = ? AND r.product_id = ? AND r.state = 'HELD'
                  AND stock.product_id = r.product_id AND stock.warehouse_id = r.warehouse_id
                """, orderId, productId);
        jdbc.update("UPDATE reservations SET state = 'RELEASED' WHERE order_id = ? AND product_id = ?", orderId, productId);
    }

    /** Adds a line at today's price; the difference is charged to the same card. */
    @Transactional
    public void addItem(long orderId, long productId, int quantity, String cardToken) {
        Order order = get(orderId);
        Checks.require(order.getStatus() == OrderStatus.PLACED || order.getStatus() == OrderStatus.PAID,
                "order " + order.getNumber() + " can no longer be changed");
        products.buyable(productId);
        Money price = priceRules.forCustomer(productId, quantity, order.getCustomerId());
        OrderItem item = new OrderItem(0, orderId, productId, quantity, price, 0);
        orders.insertItem(orderId, item);
        Address address = customers.address(order.getShippingAddressId());
        reservations.reserve(orderId, productId, quantity, address.getCountry());
        orders.updateTotal(orderId, order.getTotal().plus(item.total()));
        if (order.isPaid()) {
            payments.authorise(orderId, item.total(), cardToken);
        }
    }

    @Transactional
    public void changeAddress(long orderId, long addressId) {
        Order order = get(orderId);
        Address address = customers.address(addressId);
        Checks.require(address.getCustomer().getId() == order.getCustomerId(), "this address belongs to somebody else");
        Checks.require(!order.isShipped(), "order " + order.getNumber() + " has left already");
        jdbc.update("UPDATE orders SET shipping_address_id = ? WHERE id = ?", addressId, orderId);
    }

    @Transactional
    public void annotate(long orderId, String note) {
        jdbc.update("UPDATE orders SET note = ? WHERE id = ?", Strings.truncate(note, 500), orderId);
    }

    /** Support gives something back without a return: broken goods, late parcels, nice people. */
    @Transactional
    public String goodwill(long orderId, Money amount, boolean asVoucher) {
        Order order = get(orderId);
        Checks.require(!amount.isMoreThan(order.getTotal()), "that is more than was paid");
        if (asVoucher) {
            String code = discounts.apologise(amount, 365);
            annotate(orderId, "goodwill voucher " + code);
            return code;
        }
        refunds.refund(orderId, amount, null, "goodwill");
        annotate(orderId, "goodwill " + amount.format());
        return amount.format();
    }

    /** Sends the same goods again when a parcel was lost. Costs nothing, so it is not paid. */
    @Transactional
    public Order replaceLost(long orderId) {
        Order lost = get(orderId);
        boolean anyLost = shipping.of(orderId).stream().anyMatch(s -> Shipment.LOST.equals(s.status()));
        Checks.require(anyLost, "no parcel of order " + lost.getNumber() + " is lost");
        Order again = new Order(Ids.orderNumber(Dates.today().getYear(), orders.nextNumber()), lost.getCustomerId(),
                lost.getShippingAddressId());
        for (OrderItem item : lost.getItems()) {
            again.add(new OrderItem(0, 0, item.productId(), item.quantity(), Money.zero(), 0));
        }
        again.setNote("replaces " + lost.getNumber());
        again.setStatus(OrderStatus.PAID);
        long newId = orders.insert(again);
        again.setId(newId);
        String country = customers.address(lost.getShippingAddressId()).getCountry();
        for (OrderItem item : again.getItems()) {
            orders.insertItem(newId, item);
            reservations.reserve(newId, item.productId(), item.quantity(), country);
        }
        jdbc.update("UPDATE orders SET paid_at = now() WHERE id = ?", newId);
        return again;
    }

    // ---------------------------------------------------------------- returns

    @Transactional
    public long requestReturn(String number, long customerId, String reason) {
        Order order = byNumber(number);
        return returns.request(customerId, order.getId(), reason);
    }

    @Transactional
    public Money receiveReturn(long returnId, Map<Long, Integer> quantities, boolean opened) {
        Money refund = returns.receive(returnId, quantities);
        if (opened && refund.isMoreThan(RESTOCKING_FEE)) {
            jdbc.update("UPDATE refunds SET amount_cents = amount_cents - ? WHERE return_id = ? AND status = 'PENDING'",
                    RESTOCKING_FEE.cents(), returnId);
            return refund.minus(RESTOCKING_FEE);
        }
        return refund;
    }

    // ------------------------------------------------------------- every night

    /** Cancels what nobody paid for. */
    @Transactional
    public int cancelUnpaid() {
        int cancelled = 0;
        for (Order order : orders.withStatus(OrderStatus.PLACED, 500)) {
            if (order.getPlacedAt().isBefore(Dates.daysAgo(PAYMENT_DAYS)) && payments.paid(order.getId()).isZero()) {
                cancel(order.getId(), "not paid within " + PAYMENT_DAYS + " days");
                cancelled++;
            }
        }
        return cancelled;
    }

    /** Closes what was delivered long enough ago that nothing can come back. */
    @Transactional
    public int closeDelivered() {
        int closed = orderMapper.closeDelivered(Dates.daysAgo(CLOSE_AFTER_DAYS));
        log.info("{} orders closed", closed);
        return closed;
    }

    /** Paid orders whose reservation ran out, so that somebody calls the customer. */
    public List<String> undeliverable() {
        List<String> numbers = new ArrayList<>();
        for (Order order : orders.withStatus(OrderStatus.PAID, 1000)) {
            if (!isDeliverable(order.getId())) {
                numbers.add(order.getNumber());
            }
        }
        return numbers;
    }

    /** Puts right what got out of step between orders, payments and shipments. It should find nothing. */
    @Transactional
    public List<String> repair() {
        List<String> repaired = new ArrayList<>();
        for (Map<String, Object> row : jdbc.queryForList("""
                SELECT DISTINCT o.id, o.number FROM orders o
                JOIN payments p ON p.order_id = o.id
                WHERE o.status = 'PLACED' AND p.status IN ('AUTHORISED', 'CAPTURED')
                """)) {
            long id = ((Number) row.get("id")).longValue();
            orders.markPaid(id, Instant.now());
            repaired.add(row.get("number") + ": paid");
        }
        for (Map<String, Object> row : jdbc.queryForList("""
                SELECT o.id, o.number FROM orders o
                JOIN shipments s ON s.order_id = o.id
                WHERE o.status IN ('PAID', 'PACKING') AND s.status = 'SHIPPED'
                """)) {
            long id = ((Number) row.get("id")).longValue();
            orders.updateStatus(id, OrderStatus.SHIPPED);
            repaired.add(row.get("number") + ": shipped");
        }
        for (Map<String, Object> row : jdbc.queryForList("""
                SELECT o.id, o.number FROM orders o
                LEFT JOIN reservations r ON r.order_id = o.id
                WHERE o.status = 'PAID' AND r.id IS NULL
                """)) {
            Order order = get(((Number) row.get("id")).longValue());
            reserveAgain(order);
            repaired.add(order.getNumber() + ": reserved");
        }
        if (!repaired.isEmpty()) {
            notifications.operations("Orders repaired", String.join("\n", repaired));
        }
        return repaired;
    }

    private void reserveAgain(Order order) {
        String country = customers.address(order.getShippingAddressId()).getCountry();
        for (OrderItem item : order.getItems()) {
            try {
                reservations.reserve(order.getId(), item.productId(), item.quantity(), country);
            } catch (IllegalStateException soldOut) {
                log.warn("order {}: {}", order.getNumber(), soldOut.getMessage());
            }
        }
    }

    // ---------------------------------------------------------------- exports

    /** For the accountants: one line per order line, with names because they asked for names. */
    public String exportCsv(LocalDate from, LocalDate to) {
        StringBuilder csv = new StringBuilder(Csv.row("number", "placed", "customer", "sku", "quantity", "price", "provider"));
        for (Map<String, Object> row : jdbc.queryForList("""
                SELECT o.number, o.placed_at, c.full_name, p.sku, oi.quantity, oi.unit_price_cents, pay.provider
                FROM orders o
                JOIN order_items oi ON oi.order_id = o.id
                JOIN customers c ON c.id = o.customer_id
                JOIN products p ON p.id = oi.product_id
                LEFT JOIN payments pay ON pay.order_id = o.id AND pay.status = 'CAPTURED'
                WHERE o.placed_at >= ? AND o.placed_at < ?
                ORDER BY o.number, oi.id
                """, Dates.sql(Dates.startOf(from)), Dates.sql(Dates.startOf(to)))) {
            csv.append(Csv.row(row.get("number"), row.get("placed_at"), row.get("full_name"), row.get("sku"),
                    row.get("quantity"), row.get("unit_price_cents"), row.get("provider")));
        }
        return csv.toString();
    }

    public Map<String, Long> countByStatus() {
        Map<String, Long> counts = new TreeMap<>();
        for (Map<String, Object> row : jdbc.queryForList("SELECT status, count(*) AS n FROM orders GROUP BY status")) {
            counts.put((String) row.get("status"), ((Number) row.get("n")).longValue());
        }
        return counts;
    }

    public Map<String, Object> dashboard() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("open", orderMapper.countOpen());
        numbers.put("by status", countByStatus());
        numbers.put("undeliverable", undeliverable().size());
        numbers.put("overdue payments", payments.overdue().size());
        numbers.put("returns waiting", returns.waiting().size());
        numbers.put("worklist", shipping.worklist().size());
        numbers.put("campaigns", discounts.active().size());
        return numbers;
    }
}
