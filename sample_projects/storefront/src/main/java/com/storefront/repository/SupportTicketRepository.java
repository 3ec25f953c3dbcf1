// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.SupportTicket;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.util.List;

@Repository
public class SupportTicketRepository {

    private static final RowMapper<SupportTicket> ROW = (rs, n) -> new SupportTicket(
            rs.getLong("id"), rs.getLong("customer_id"), (Long) rs.getObject("order_id"), rs.getString("subject"),
            rs.getString("body"), rs.getString("status"), Dates.instant(rs.getTimestamp("opened_at")),
            Dates.instant(rs.getTimestamp("closed_at")));

    private final JdbcTemplate jdbc;

    public SupportTicketRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long insert(long customerId, Long orderId, String subject, String body) {
        return jdbc.queryForObject("""
                INSERT INTO support_tickets (customer_id, order_id, subject, body, status, opened_at)
                VALUES (?, ?, ?, ?, 'OPEN', now()) RETURNING id
                """, Long.class, customerId, orderId, subject, body);
    }

    public List<SupportTicket> byCustomer(long customerId) {
        return jdbc.query("SELECT * FROM support_tickets WHERE customer_id = ? ORDER BY opened_at DESC", ROW, customerId);
    }

    public List<SupportTicket> open() {
        return jdbc.query("SELECT * FROM support_tickets WHERE status = 'OPEN' ORDER BY opened_at", ROW);
    }

    public void close(long id) {
        jdbc.update("UPDATE support_tickets SET status = 'CLOSED', closed_at = now() WHERE id = ?", id);
    }

    public void blank(long customerId) {
        jdbc.update("UPDATE support_tickets SET body = '' WHERE customer_id = ?", customerId);
    }
}
