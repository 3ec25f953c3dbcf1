// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

public record ReturnRequest(long id, long orderId, long customerId, String reason, String status,
                            Instant requestedAt, Instant receivedAt) {

    public static final String REQUESTED = "REQUESTED";
    public static final String RECEIVED = "RECEIVED";
    public static final String CLOSED = "CLOSED";
    public static final int DAYS = 30;

    public boolean isReceived() {
        return receivedAt != null;
    }

    public static boolean isInTime(Instant delivered, Instant now) {
        return delivered != null && delivered.plus(DAYS, ChronoUnit.DAYS).isAfter(now);
    }
}
