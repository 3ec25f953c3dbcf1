// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

public record Shipment(long id, long orderId, long carrierId, long warehouseId, String status,
                       String trackingNumber, Instant shippedAt, Instant deliveredAt) {

    public static final String PACKING = "PACKING";
    public static final String SHIPPED = "SHIPPED";
    public static final String DELIVERED = "DELIVERED";
    public static final String LOST = "LOST";

    public boolean isUnderWay() {
        return SHIPPED.equals(status) && deliveredAt == null;
    }

    public boolean isLate(Instant now) {
        return isUnderWay() && shippedAt.plus(7, ChronoUnit.DAYS).isBefore(now);
    }
}
