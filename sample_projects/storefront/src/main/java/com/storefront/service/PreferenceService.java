// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.util.Checks;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

import java.util.List;
import java.util.Map;

/** Language, currency, newsletter. */
@Service
public class PreferenceService {

    private final JdbcTemplate jdbc;

    public PreferenceService(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public void createDefaults(long customerId, String language) {
        String chosen = Strings.isBlank(language) ? "de" : language;
        jdbc.update("INSERT INTO preferences (customer_id, language, currency, newsletter, updated_at) VALUES (?, ?, ?, false, now())",
                customerId, chosen, Money.DEFAULT_CURRENCY);
    }

    public String language(long customerId) {
        List<String> found = jdbc.queryForList("SELECT language FROM preferences WHERE customer_id = ?", String.class, customerId);
        return found.isEmpty() ? "de" : found.get(0);
    }

    public Map<String, Object> all(long customerId) {
        return jdbc.queryForMap("SELECT language, currency, newsletter FROM preferences WHERE customer_id = ?", customerId);
    }

    public void change(long customerId, String language, String currency, boolean newsletter) {
        jdbc.update("""
                UPDATE preferences SET language = ?, currency = ?, newsletter = ?, updated_at = now()
                WHERE customer_id = ?
                """, Checks.notBlank(language, "language"), Checks.notBlank(currency, "currency"), newsletter, customerId);
    }

    /** Addresses for the newsletter export. */
    public List<String> newsletterAddresses() {
        return jdbc.queryForList("""
                SELECT c.email FROM preferences p JOIN customers c ON c.id = p.customer_id
                WHERE p.newsletter AND c.status = 'ACTIVE' ORDER BY c.email
                """, String.class);
    }
}
