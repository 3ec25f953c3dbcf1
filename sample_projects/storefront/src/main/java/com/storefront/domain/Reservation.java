// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import java.time.Instant;

public record Reservation(long id, long orderId, long productId, long warehouseId, int quantity, String state,
                          Instant expiresAt) {

    public static final String HELD = "HELD";
    public static final String CONSUMED = "CONSUMED";
    public static final String RELEASED = "RELEASED";

    public boolean isHeld() {
        return HELD.equals(state);
    }

    public boolean isExpired(Instant now) {
        return isHeld() && expiresAt.isBefore(now);
    }
}
