// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Price;
import com.storefront.repository.PriceRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.List;

/** What a product costs now, for this quantity and this customer. */
@Service
public class PriceRules {

    private static final int BULK_QUANTITY = 10;
    private static final int BULK_PERCENT = 5;

    private final PriceRepository prices;
    private final JdbcTemplate jdbc;

    public PriceRules(PriceRepository prices, JdbcTemplate jdbc) {
        this.prices = prices;
        this.jdbc = jdbc;
    }

    public Money priceOf(long productId) {
        return Checks.found(prices.current(productId, Money.DEFAULT_CURRENCY), "price of product", productId).amount();
    }

    /** The price of one piece if that many are bought at once. */
    public Money unitPrice(long productId, int quantity) {
        Money price = priceOf(productId);
        return quantity >= BULK_QUANTITY ? price.minus(price.percent(BULK_PERCENT)) : price;
    }

    /** Regulars get 3 % off when they have ordered five times this year. */
    public Money forCustomer(long productId, int quantity, Long customerId) {
        Money price = unitPrice(productId, quantity);
        if (customerId == null) {
            return price;
        }
        Long orders = jdbc.queryForObject(
                "SELECT count(*) FROM orders WHERE customer_id = ? AND placed_at > ? AND status <> 'CANCELLED'",
                Long.class, customerId, Dates.sql(Dates.daysAgo(365)));
        return orders != null && orders >= 5 ? price.minus(price.percent(3)) : price;
    }

    public boolean isReduced(long productId) {
        List<Price> history = prices.history(productId);
        if (history.size() < 2) {
            return false;
        }
        Price now = history.get(history.size() - 1);
        return now.isValidAt(Instant.now()) && now.isReductionOf(history.get(history.size() - 2));
    }

    @Transactional
    public void change(long productId, Money amount) {
        Checks.require(!amount.isNegative() && !amount.isZero(), "a price must be more than 0");
        Instant now = Instant.now();
        prices.endCurrent(productId, amount.currency(), now);
        prices.insert(productId, amount, now);
    }
}
