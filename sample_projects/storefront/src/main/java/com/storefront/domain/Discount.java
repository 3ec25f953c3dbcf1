// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

import java.time.Instant;

public record Discount(long id, String code, String kind, long value, Instant validFrom, Instant validTo,
                       int maxUses, int used) {

    public static final String PERCENT = "PERCENT";
    public static final String AMOUNT = "AMOUNT";

    public boolean isUsable(Instant now) {
        boolean started = !validFrom.isAfter(now);
        boolean over = validTo != null && validTo.isBefore(now);
        return started && !over && (maxUses == 0 || used < maxUses);
    }

    public Money on(Money total) {
        Money off = PERCENT.equals(kind) ? total.percent((int) value) : Money.of(value, total.currency());
        return off.isMoreThan(total) ? total : off;
    }
}
