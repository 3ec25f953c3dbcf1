// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.util;

import java.util.List;

/** One page of a longer list. */
public record Page<T>(List<T> items, int number, int size, long total) {

    public static final int DEFAULT_SIZE = 24;
    public static final int MAX_SIZE = 200;

    public static int offset(int number, int size) {
        return Math.max(0, number) * limit(size);
    }

    public static int limit(int size) {
        return size <= 0 ? DEFAULT_SIZE : Math.min(size, MAX_SIZE);
    }

    public int pages() {
        return size == 0 ? 0 : (int) ((total + size - 1) / size);
    }

    public boolean hasNext() {
        return number + 1 < pages();
    }
}
