// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

import java.time.Instant;

public record Refund(long id, long paymentId, Long returnId, Money amount, String reason, String status,
                     Instant createdAt) {

    public static final String PENDING = "PENDING";
    public static final String DONE = "DONE";
    public static final String FAILED = "FAILED";

    public boolean isPending() {
        return PENDING.equals(status);
    }

    public boolean comesFromReturn() {
        return returnId != null;
    }
}
