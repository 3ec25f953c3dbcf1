// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Order;
import com.storefront.domain.OrderItem;
import com.storefront.domain.OrderStatus;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

@Repository
public class OrderRepository {

    private static final RowMapper<Order> ORDER = (rs, n) -> {
        Order order = new Order(rs.getString("number"), rs.getLong("customer_id"), rs.getLong("shipping_address_id"));
        order.setId(rs.getLong("id"));
        order.setDiscountId((Long) rs.getObject("discount_id"));
        order.setStatus(OrderStatus.valueOf(rs.getString("status")));
        order.setTotal(Money.of(rs.getLong("total_cents"), rs.getString("currency")));
        order.setPlacedAt(Dates.instant(rs.getTimestamp("placed_at")));
        order.setPaidAt(Dates.instant(rs.getTimestamp("paid_at")));
        order.setShippedAt(Dates.instant(rs.getTimestamp("shipped_at")));
        order.setNote(rs.getString("note"));
        return order;
    };
    private static final RowMapper<OrderItem> ITEM = (rs, n) -> new OrderItem(
            rs.getLong("id"), rs.getLong("order_id"), rs.getLong("product_id"), rs.getInt("quantity"),
            Money.of(rs.getLong("unit_price_cents")), rs.getInt("returned_quantity"));

    private final JdbcTemplate jdbc;

    public OrderRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long nextNumber() {
        return jdbc.queryForObject("SELECT nextval('order_numbers')", Long.class);
    }

    public long insert(Order order) {
        return jdbc.queryForObject("""
                INSERT INTO orders (number, customer_id, shipping_address_id, discount_id, status, total_cents, currency,
                                    placed_at, note)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
                """, Long.class, order.getNumber(), order.getCustomerId(), order.getShippingAddressId(),
                order.getDiscountId(), order.getStatus().name(), order.getTotal().cents(), order.getTotal().currency(),
                Dates.sql(order.getPlacedAt()), order.getNote());
    }

    public void insertItem(long orderId, OrderItem item) {
        jdbc.update("INSERT INTO order_items (order_id, product_id, quantity, unit_price_cents, returned_quantity) VALUES (?, ?, ?, ?, 0)",
                orderId, item.productId(), item.quantity(), item.unitPrice().cents());
    }

    public Optional<Order> find(long id) {
        Optional<Order> order = jdbc.query("SELECT * FROM orders WHERE id = ?", ORDER, id).stream().findFirst();
        order.ifPresent(found -> found.getItems().addAll(items(id)));
        return order;
    }

    public Optional<Order> findByNumber(String number) {
        return jdbc.query("SELECT * FROM orders WHERE number = ?", ORDER, number).stream().findFirst();
    }

    public List<OrderItem> items(long orderId) {
        return jdbc.query("SELECT * FROM order_items WHERE order_id = ? ORDER BY id", ITEM, orderId);
    }

    public List<Order> byCustomer(long customerId, int limit, int offset) {
        return jdbc.query("SELECT * FROM orders WHERE customer_id = ? ORDER BY placed_at DESC LIMIT ? OFFSET ?",
                ORDER, customerId, limit, offset);
    }

    public long countByCustomer(long customerId) {
        return jdbc.queryForObject("SELECT count(*) FROM orders WHERE customer_id = ?", Long.class, customerId);
    }

    public List<Order> withStatus(OrderStatus status, int limit) {
        return jdbc.query("SELECT * FROM orders WHERE status = ? ORDER BY placed_at LIMIT ?", ORDER, status.name(), limit);
    }

    public void updateStatus(long id, OrderStatus status) {
        jdbc.update("UPDATE orders SET status = ? WHERE id = ?", status.name(), id);
    }

    public void markPaid(long id, Instant at) {
        jdbc.update("UPDATE orders SET status = 'PAID', paid_at = ? WHERE id = ?", Dates.sql(at), id);
    }

    public void updateTotal(long id, Money total) {
        jdbc.update("UPDATE orders SET total_cents = ? WHERE id = ?", total.cents(), id);
    }

    public void addReturned(long itemId, int quantity) {
        jdbc.update("UPDATE order_items SET returned_quantity = returned_quantity + ? WHERE id = ?", quantity, itemId);
    }
}
