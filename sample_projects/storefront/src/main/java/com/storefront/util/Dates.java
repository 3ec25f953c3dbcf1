// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Dates the way the shop counts them: UTC in the database, the shop's zone on screen. */
public final class Dates {

    public static final ZoneId SHOP_ZONE = ZoneId.of("Europe/Berlin");

    private Dates() {
    }

    public static LocalDate today() {
        return LocalDate.now(SHOP_ZONE);
    }

    public static Instant daysAgo(int days) {
        return Instant.now().minus(days, ChronoUnit.DAYS);
    }

    public static Instant inMinutes(int minutes) {
        return Instant.now().plus(minutes, ChronoUnit.MINUTES);
    }

    public static Instant startOf(LocalDate day) {
        return day.atStartOfDay(SHOP_ZONE).toInstant();
    }

    public static Timestamp sql(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    public static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    public static String iso(Instant instant) {
        return instant == null ? "" : DateTimeFormatter.ISO_INSTANT.format(instant);
    }

    /** Skips weekends, not holidays: carriers count holidays themselves. */
    public static LocalDate businessDaysAfter(LocalDate day, int days) {
        LocalDate result = day;
        int left = days;
        while (left > 0) {
            result = result.plusDays(1);
            if (result.getDayOfWeek() != DayOfWeek.SATURDAY && result.getDayOfWeek() != DayOfWeek.SUNDAY) {
                left--;
            }
        }
        return result;
    }
}
