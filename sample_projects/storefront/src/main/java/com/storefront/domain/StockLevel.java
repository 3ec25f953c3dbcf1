// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

public record StockLevel(long productId, long warehouseId, int onHand, int reserved, int reorderLevel) {

    public int available() {
        return onHand - reserved;
    }

    public boolean covers(int quantity) {
        return available() >= quantity;
    }

    public boolean needsReorder() {
        return available() < reorderLevel;
    }

    /** Fills up to twice the level, in boxes of ten. */
    public int reorderQuantity() {
        int missing = reorderLevel * 2 - available();
        return missing <= 0 ? 0 : (missing + 9) / 10 * 10;
    }
}
