// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

import java.time.Instant;

public record Price(long id, long productId, Money amount, Instant validFrom, Instant validTo) {

    public boolean isValidAt(Instant when) {
        return !validFrom.isAfter(when) && (validTo == null || validTo.isAfter(when));
    }

    public boolean isReductionOf(Price earlier) {
        return earlier.amount.isMoreThan(amount);
    }
}
