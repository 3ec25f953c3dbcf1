// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import java.time.Instant;

public record Login(long id, long customerId, String username, String passwordHash, int failedAttempts,
                    Instant lockedUntil, Instant lastLoginAt) {

    public static final int MAX_ATTEMPTS = 5;

    public boolean isLocked(Instant now) {
        return lockedUntil != null && lockedUntil.isAfter(now);
    }

    public boolean isLastAttempt() {
        return failedAttempts + 1 >= MAX_ATTEMPTS;
    }
}
