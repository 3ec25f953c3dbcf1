// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.report;

import com.storefront.util.Csv;
import com.storefront.util.Dates;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Who bought what, where it lay and how it was paid. Reads every table there is. */
@Component
public class SalesReport {

    private final JdbcTemplate jdbc;

    public SalesReport(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public String byCategoryCsv(LocalDate from, LocalDate to) {
        StringBuilder csv = new StringBuilder(Csv.row("category", "orders", "pieces", "revenue", "refunded"));
        for (Map<String, Object> row : byCategory(from, to)) {
            csv.append(Csv.row(row.get("category"), row.get("orders"), row.get("pieces"),
                    Money.of(((Number) row.get("revenue")).longValue()).format(),
                    Money.of(((Number) row.get("refunded")).longValue()).format()));
        }
        return csv.toString();
    }

    public List<Map<String, Object>> byCategory(LocalDate from, LocalDate to) {
        return jdbc.queryForList("""
                SELECT cat.name AS category, count(DISTINCT o.id) AS orders, sum(oi.quantity) AS pieces,
                       sum(oi.quantity * oi.unit_price_cents) AS revenue, coalesce(sum(r.amount_cents), 0) AS refunded
                FROM orders o
                JOIN order_items oi ON oi.order_id = o.id
                JOIN products p ON p.id = oi.product_id
                JOIN categories cat ON cat.id = p.category_id
                LEFT JOIN payments pay ON pay.order_id = o.id
                LEFT JOIN refunds r ON r.payment_id = pay.id AND r.status = 'DONE'
                WHERE o.placed_at >= ? AND o.placed_at < ? AND o.status <> 'CANCELLED'
                GROUP BY cat.name
                ORDER BY revenue DESC
                """, Dates.sql(Dates.startOf(from)), Dates.sql(Dates.startOf(to)));
    }

    /** Days from order to delivery, by carrier and country. */
    public List<Map<String, Object>> deliveryTimes(int days) {
        return jdbc.queryForList("""
                SELECT c.name AS carrier, a.country, count(*) AS parcels,
                       avg(extract(epoch FROM s.delivered_at - o.placed_at) / 86400) AS days
                FROM shipments s
                JOIN carriers c ON c.id = s.carrier_id
                JOIN orders o ON o.id = s.order_id
                JOIN addresses a ON a.id = o.shipping_address_id
                WHERE s.delivered_at IS NOT NULL AND o.placed_at > ?
                GROUP BY c.name, a.country
                ORDER BY days
                """, Dates.sql(Dates.daysAgo(days)));
    }

    /** What lies in the warehouses and does not sell. */
    public List<Map<String, Object>> slowMovers(int days) {
        return jdbc.queryForList("""
                SELECT p.sku, p.name, sum(s.on_hand) AS pieces
                FROM stock s
                JOIN products p ON p.id = s.product_id
                WHERE NOT EXISTS (
                    SELECT 1 FROM order_items oi JOIN orders o ON o.id = oi.order_id
                    WHERE oi.product_id = p.id AND o.placed_at > ?)
                GROUP BY p.sku, p.name
                HAVING sum(s.on_hand) > 0
                ORDER BY pieces DESC
                """, Dates.sql(Dates.daysAgo(days)));
    }

    public String dailyMail(LocalDate day) {
        StringBuilder text = new StringBuilder("Sales of ").append(day).append("\n\n");
        for (Map<String, Object> row : byCategory(day, day.plusDays(1))) {
            text.append(Strings.truncate(String.valueOf(row.get("category")), 30)).append(": ")
                    .append(Money.of(((Number) row.get("revenue")).longValue()).format()).append('\n');
        }
        List<Map<String, Object>> slow = slowMovers(90);
        text.append("\nNot sold for 90 days: ").append(slow.size()).append(" products\n");
        for (Map<String, Object> row : deliveryTimes(30)) {
            text.append(row.get("carrier")).append(' ').append(row.get("country")).append(": ")
                    .append(row.get("days")).append(" days\n");
        }
        return text.toString();
    }
}
