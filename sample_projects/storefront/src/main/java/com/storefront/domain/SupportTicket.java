// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Strings;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

public record SupportTicket(long id, long customerId, Long orderId, String subject, String body, String status,
                            Instant openedAt, Instant closedAt) {

    public static final String OPEN = "OPEN";
    public static final String CLOSED = "CLOSED";

    public boolean isOpen() {
        return OPEN.equals(status);
    }

    public boolean isOverdue(Instant now) {
        return isOpen() && openedAt.plus(2, ChronoUnit.DAYS).isBefore(now);
    }

    public String summary() {
        return "#" + id + " " + Strings.truncate(subject, 60);
    }
}
