// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Order;
import com.storefront.domain.OrderStatus;
import com.storefront.mapper.OrderMapper;
import com.storefront.repository.OrderRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Page;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

import java.util.List;
import java.util.Map;

/** Read-only view of orders, for accounts and for support. */
@Service
public class OrderHistory {

    private final OrderRepository orders;
    private final OrderMapper orderMapper;
    private final JdbcTemplate jdbc;

    public OrderHistory(OrderRepository orders, OrderMapper orderMapper, JdbcTemplate jdbc) {
        this.orders = orders;
        this.orderMapper = orderMapper;
        this.jdbc = jdbc;
    }

    public Order byNumber(String number) {
        return Checks.found(orders.findByNumber(number), "order", number);
    }

    public Page<Order> of(long customerId, int page, int size) {
        List<Order> found = orders.byCustomer(customerId, Page.limit(size), Page.offset(page, size));
        return new Page<>(found, page, Page.limit(size), orders.countByCustomer(customerId));
    }

    public List<Map<String, Object>> lines(long orderId) {
        return orderMapper.linesWithProducts(orderId);
    }

    public List<Map<String, Object>> search(String customerName, OrderStatus status, int days) {
        return orderMapper.searchOrders(customerName, status == null ? null : status.name(), Dates.daysAgo(days), 100);
    }

    /** What happened to an order, in one list: placed, paid, shipped, delivered, returned. */
    public List<Map<String, Object>> timeline(long orderId) {
        return jdbc.queryForList("""
                SELECT 'placed' AS what, o.placed_at AS at FROM orders o WHERE o.id = ?
                UNION ALL SELECT 'captured', p.captured_at FROM payments p WHERE p.order_id = ? AND p.captured_at IS NOT NULL
                UNION ALL SELECT 'shipped', s.shipped_at FROM shipments s WHERE s.order_id = ? AND s.shipped_at IS NOT NULL
                UNION ALL SELECT 'delivered', s.delivered_at FROM shipments s WHERE s.order_id = ? AND s.delivered_at IS NOT NULL
                ORDER BY 2
                """, orderId, orderId, orderId, orderId);
    }

    public long openOrders() {
        return orderMapper.countOpen();
    }
}
