// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Price;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

@Repository
public class PriceRepository {

    private static final RowMapper<Price> ROW = (rs, n) -> new Price(
            rs.getLong("id"), rs.getLong("product_id"), Money.of(rs.getLong("amount_cents"), rs.getString("currency")),
            Dates.instant(rs.getTimestamp("valid_from")), Dates.instant(rs.getTimestamp("valid_to")));

    private final JdbcTemplate jdbc;

    public PriceRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Price> current(long productId, String currency) {
        return jdbc.query("""
                SELECT * FROM prices
                WHERE product_id = ? AND currency = ? AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now())
                ORDER BY valid_from DESC LIMIT 1
                """, ROW, productId, currency).stream().findFirst();
    }

    public List<Price> history(long productId) {
        return jdbc.query("SELECT * FROM prices WHERE product_id = ? ORDER BY valid_from", ROW, productId);
    }

    public void endCurrent(long productId, String currency, Instant at) {
        jdbc.update("UPDATE prices SET valid_to = ? WHERE product_id = ? AND currency = ? AND valid_to IS NULL",
                Dates.sql(at), productId, currency);
    }

    public void insert(long productId, Money amount, Instant from) {
        jdbc.update("INSERT INTO prices (product_id, currency, amount_cents, valid_from) VALUES (?, ?, ?, ?)",
                productId, amount.currency(), amount.cents(), Dates.sql(from));
    }
}
