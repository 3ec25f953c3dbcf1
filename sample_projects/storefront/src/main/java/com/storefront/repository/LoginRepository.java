// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Login;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.Optional;

@Repository
public class LoginRepository {

    private static final RowMapper<Login> ROW = (rs, n) -> new Login(
            rs.getLong("id"), rs.getLong("customer_id"), rs.getString("username"), rs.getString("password_hash"),
            rs.getInt("failed_attempts"), Dates.instant(rs.getTimestamp("locked_until")),
            Dates.instant(rs.getTimestamp("last_login_at")));

    private final JdbcTemplate jdbc;

    public LoginRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Login> findByUsername(String username) {
        return jdbc.query("SELECT * FROM logins WHERE lower(username) = lower(?)", ROW, username).stream().findFirst();
    }

    public Optional<Login> findByResetToken(String token) {
        return jdbc.query("SELECT * FROM logins WHERE reset_token = ?", ROW, token).stream().findFirst();
    }

    public long insert(long customerId, String username, String passwordHash) {
        return jdbc.queryForObject(
                "INSERT INTO logins (customer_id, username, password_hash, failed_attempts) VALUES (?, ?, ?, 0) RETURNING id",
                Long.class, customerId, username, passwordHash);
    }

    public void recordSuccess(long id) {
        jdbc.update("UPDATE logins SET failed_attempts = 0, locked_until = NULL, last_login_at = now() WHERE id = ?", id);
    }

    public void recordFailure(long id, Instant lockedUntil) {
        jdbc.update("UPDATE logins SET failed_attempts = failed_attempts + 1, locked_until = ? WHERE id = ?",
                Dates.sql(lockedUntil), id);
    }

    public void updatePassword(long id, String passwordHash) {
        jdbc.update("UPDATE logins SET password_hash = ?, reset_token = NULL, failed_attempts = 0 WHERE id = ?",
                passwordHash, id);
    }

    public void storeResetToken(long id, String token) {
        jdbc.update("UPDATE logins SET reset_token = ? WHERE id = ?", token, id);
    }

    public void deleteByCustomer(long customerId) {
        jdbc.update("DELETE FROM logins WHERE customer_id = ?", customerId);
    }
}
