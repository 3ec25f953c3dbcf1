// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Discount;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

@Repository
public class DiscountRepository {

    private static final RowMapper<Discount> ROW = (rs, n) -> new Discount(
            rs.getLong("id"), rs.getString("code"), rs.getString("kind"), rs.getLong("value"),
            Dates.instant(rs.getTimestamp("valid_from")), Dates.instant(rs.getTimestamp("valid_to")),
            rs.getInt("max_uses"), rs.getInt("used"));

    private final JdbcTemplate jdbc;

    public DiscountRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Discount> findByCode(String code) {
        return jdbc.query("SELECT * FROM discounts WHERE upper(code) = upper(?)", ROW, code).stream().findFirst();
    }

    public List<Discount> active() {
        return jdbc.query("SELECT * FROM discounts WHERE valid_to IS NULL OR valid_to > now() ORDER BY code", ROW);
    }

    public void insert(String code, String kind, long value, Instant from, Instant to, int maxUses) {
        jdbc.update("INSERT INTO discounts (code, kind, value, valid_from, valid_to, max_uses, used) VALUES (?, ?, ?, ?, ?, ?, 0)",
                code, kind, value, Dates.sql(from), Dates.sql(to), maxUses);
    }

    public void countUse(long id) {
        jdbc.update("UPDATE discounts SET used = used + 1 WHERE id = ?", id);
    }

    public void releaseUse(long id) {
        jdbc.update("UPDATE discounts SET used = greatest(used - 1, 0) WHERE id = ?", id);
    }
}
