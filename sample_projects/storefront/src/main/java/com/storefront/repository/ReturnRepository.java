// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.ReturnRequest;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.util.List;
import java.util.Optional;

@Repository
public class ReturnRepository {

    private static final RowMapper<ReturnRequest> ROW = (rs, n) -> new ReturnRequest(
            rs.getLong("id"), rs.getLong("order_id"), rs.getLong("customer_id"), rs.getString("reason"),
            rs.getString("status"), Dates.instant(rs.getTimestamp("requested_at")),
            Dates.instant(rs.getTimestamp("received_at")));

    private final JdbcTemplate jdbc;

    public ReturnRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long insert(long orderId, long customerId, String reason) {
        return jdbc.queryForObject("""
                INSERT INTO returns (order_id, customer_id, reason, status, requested_at)
                VALUES (?, ?, ?, 'REQUESTED', now()) RETURNING id
                """, Long.class, orderId, customerId, reason);
    }

    public Optional<ReturnRequest> find(long id) {
        return jdbc.query("SELECT * FROM returns WHERE id = ?", ROW, id).stream().findFirst();
    }

    public List<ReturnRequest> byOrder(long orderId) {
        return jdbc.query("SELECT * FROM returns WHERE order_id = ?", ROW, orderId);
    }

    public List<ReturnRequest> waiting() {
        return jdbc.query("SELECT * FROM returns WHERE status = 'REQUESTED' ORDER BY requested_at", ROW);
    }

    public void markReceived(long id) {
        jdbc.update("UPDATE returns SET status = 'RECEIVED', received_at = now() WHERE id = ?", id);
    }

    public void close(long id) {
        jdbc.update("UPDATE returns SET status = 'CLOSED' WHERE id = ?", id);
    }
}
