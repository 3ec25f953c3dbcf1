// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Refund;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.util.List;
import java.util.Optional;

@Repository
public class RefundRepository {

    private static final RowMapper<Refund> ROW = (rs, n) -> new Refund(
            rs.getLong("id"), rs.getLong("payment_id"), (Long) rs.getObject("return_id"),
            Money.of(rs.getLong("amount_cents")), rs.getString("reason"), rs.getString("status"),
            Dates.instant(rs.getTimestamp("created_at")));

    private final JdbcTemplate jdbc;

    public RefundRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long insert(long paymentId, Long returnId, Money amount, String reason) {
        return jdbc.queryForObject("""
                INSERT INTO refunds (payment_id, return_id, amount_cents, reason, status, created_at)
                VALUES (?, ?, ?, ?, 'PENDING', now()) RETURNING id
                """, Long.class, paymentId, returnId, amount.cents(), reason);
    }

    public Optional<Refund> find(long id) {
        return jdbc.query("SELECT * FROM refunds WHERE id = ?", ROW, id).stream().findFirst();
    }

    public Money totalRefunded(long paymentId) {
        Long cents = jdbc.queryForObject(
                "SELECT coalesce(sum(amount_cents), 0) FROM refunds WHERE payment_id = ? AND status <> 'FAILED'",
                Long.class, paymentId);
        return Money.of(cents == null ? 0 : cents);
    }

    public List<Refund> pending() {
        return jdbc.query("SELECT * FROM refunds WHERE status = 'PENDING' ORDER BY created_at", ROW);
    }

    public void markDone(long id) {
        jdbc.update("UPDATE refunds SET status = 'DONE' WHERE id = ?", id);
    }

    public void markFailed(long id) {
        jdbc.update("UPDATE refunds SET status = 'FAILED' WHERE id = ?", id);
    }
}
