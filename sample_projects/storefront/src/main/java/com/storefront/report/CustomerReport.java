// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.report;

import com.storefront.service.PreferenceService;
import com.storefront.util.Csv;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;

/** Customers by what they are worth; marketing asks for it every Monday. */
@Component
public class CustomerReport {

    private final JdbcTemplate jdbc;
    private final PreferenceService preferences;

    public CustomerReport(JdbcTemplate jdbc, PreferenceService preferences) {
        this.jdbc = jdbc;
        this.preferences = preferences;
    }

    public String bestCsv(int limit) {
        StringBuilder csv = new StringBuilder(Csv.row("customer", "country", "orders", "revenue", "tickets", "language"));
        for (Map<String, Object> row : jdbc.queryForList("""
                SELECT c.id, c.full_name, a.country, count(DISTINCT o.id) AS orders, sum(o.total_cents) AS revenue,
                       count(DISTINCT t.id) AS tickets
                FROM customers c
                JOIN orders o ON o.customer_id = c.id
                LEFT JOIN addresses a ON a.customer_id = c.id AND a.default_shipping
                LEFT JOIN support_tickets t ON t.customer_id = c.id
                WHERE c.status = 'ACTIVE' AND o.status <> 'CANCELLED'
                GROUP BY c.id, c.full_name, a.country
                ORDER BY revenue DESC
                LIMIT ?
                """, limit)) {
            long customerId = ((Number) row.get("id")).longValue();
            csv.append(Csv.row(row.get("full_name"), row.get("country"), row.get("orders"),
                    Money.of(((Number) row.get("revenue")).longValue()).format(), row.get("tickets"),
                    preferences.language(customerId)));
        }
        return csv.toString();
    }

    public long lostCustomers(int days) {
        Long lost = jdbc.queryForObject("""
                SELECT count(*) FROM customers c
                WHERE c.status = 'ACTIVE' AND EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
                  AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at > ?)
                """, Long.class, Dates.sql(Dates.daysAgo(days)));
        return lost == null ? 0 : lost;
    }

    public List<String> newsletter() {
        return preferences.newsletterAddresses();
    }
}
