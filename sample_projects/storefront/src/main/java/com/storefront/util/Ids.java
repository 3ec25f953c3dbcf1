// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.security.SecureRandom;
import java.util.UUID;

/** Numbers and tokens that leave the building. */
public final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".toCharArray();

    private Ids() {
    }

    public static String token() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** "SF-2025-000123-7": year, running number, check digit. */
    public static String orderNumber(int year, long running) {
        String digits = String.format("%d%06d", year, running);
        return String.format("SF-%d-%06d-%d", year, running, checkDigit(digits));
    }

    public static String readable(int length) {
        StringBuilder id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(READABLE[RANDOM.nextInt(READABLE.length)]);
        }
        return id.toString();
    }

    public static int checkDigit(String digits) {
        int sum = 0;
        boolean twice = true;
        for (int at = digits.length() - 1; at >= 0; at--) {
            int digit = Character.digit(digits.charAt(at), 10);
            if (twice) {
                digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            }
            sum += digit;
            twice = !twice;
        }
        return (10 - sum % 10) % 10;
    }
}
