// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Strings;

import java.time.Instant;

public record Cart(long id, Long customerId, String token, String discountCode, Instant updatedAt) {

    public boolean isAnonymous() {
        return customerId == null;
    }

    public boolean isStale(Instant since) {
        return updatedAt.isBefore(since);
    }

    public boolean hasDiscount() {
        return !Strings.isBlank(discountCode);
    }
}
