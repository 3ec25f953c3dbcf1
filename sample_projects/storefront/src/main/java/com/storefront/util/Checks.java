// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.util.NoSuchElementException;
import java.util.Optional;

/** Conditions that a caller has to meet. */
public final class Checks {

    private Checks() {
    }

    public static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    public static String notBlank(String value, String field) {
        require(!Strings.isBlank(value), field + " must not be empty");
        return value.trim();
    }

    public static int positive(int value, String field) {
        require(value > 0, field + " must be more than 0");
        return value;
    }

    /** Unwraps what a repository found, or says what is missing. */
    public static <T> T found(Optional<T> value, String what, Object id) {
        return value.orElseThrow(() -> new NoSuchElementException(what + " " + id + " does not exist"));
    }
}
