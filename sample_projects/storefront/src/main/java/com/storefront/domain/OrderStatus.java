// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

public enum OrderStatus {
    PLACED, PAID, PACKING, SHIPPED, DELIVERED, CLOSED, CANCELLED, RETURNED;

    public boolean canBecome(OrderStatus next) {
        return switch (this) {
            case PLACED -> next == PAID || next == CANCELLED;
            case PAID -> next == PACKING || next == CANCELLED;
            case PACKING -> next == SHIPPED || next == CANCELLED;
            case SHIPPED -> next == DELIVERED || next == RETURNED;
            case DELIVERED -> next == CLOSED || next == RETURNED;
            case RETURNED -> next == CLOSED;
            case CLOSED, CANCELLED -> false;
        };
    }

    public boolean isOpen() {
        return this != CLOSED && this != CANCELLED && this != RETURNED;
    }
}
