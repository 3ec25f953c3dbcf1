// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;

/** An amount in the smallest unit of a currency. Never a double. */
public final class Money implements Comparable<Money> {

    public static final String DEFAULT_CURRENCY = "EUR";

    private final long cents;
    private final String currency;

    private Money(long cents, String currency) {
        this.cents = cents;
        this.currency = currency;
    }

    public static Money of(long cents) {
        return new Money(cents, DEFAULT_CURRENCY);
    }

    public static Money of(long cents, String currency) {
        Checks.notBlank(currency, "currency");
        return new Money(cents, currency);
    }

    public static Money zero() {
        return of(0);
    }

    /** Reads "12.50" or "12,50"; used by the CSV price import. */
    public static Money parse(String text) {
        String clean = Strings.trimToNull(text);
        Checks.require(clean != null, "no amount given");
        BigDecimal amount = new BigDecimal(clean.replace(',', '.'));
        return of(amount.movePointRight(2).setScale(0, RoundingMode.HALF_EVEN).longValueExact());
    }

    public Money plus(Money other) {
        sameCurrency(other);
        return new Money(Math.addExact(cents, other.cents), currency);
    }

    public Money minus(Money other) {
        sameCurrency(other);
        return new Money(Math.subtractExact(cents, other.cents), currency);
    }

    public Money times(int factor) {
        return new Money(Math.multiplyExact(cents, (long) factor), currency);
    }

    public Money percent(int percent) {
        BigDecimal part = BigDecimal.valueOf(cents)
                .multiply(BigDecimal.valueOf(percent))
                .divide(BigDecimal.valueOf(100), 0, RoundingMode.HALF_EVEN);
        return new Money(part.longValueExact(), currency);
    }

    public Money atLeastZero() {
        return cents < 0 ? new Money(0, currency) : this;
    }

    public boolean isZero() {
        return cents == 0;
    }

    public boolean isNegative() {
        return cents < 0;
    }

    public boolean isMoreThan(Money other) {
        return compareTo(other) > 0;
    }

    public long cents() {
        return cents;
    }

    public String currency() {
        return currency;
    }

    public String format() {
        return BigDecimal.valueOf(cents, 2).toPlainString() + " " + currency;
    }

    private void sameCurrency(Money other) {
        Checks.require(currency.equals(other.currency),
                "cannot mix " + currency + " and " + other.currency);
    }

    @Override
    public int compareTo(Money other) {
        sameCurrency(other);
        return Long.compare(cents, other.cents);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Money money && money.cents == cents && money.currency.equals(currency);
    }

    @Override
    public int hashCode() {
        return Objects.hash(cents, currency);
    }

    @Override
    public String toString() {
        return format();
    }
}
