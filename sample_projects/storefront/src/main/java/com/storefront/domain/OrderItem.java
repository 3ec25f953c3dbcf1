// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Money;

public record OrderItem(long id, long orderId, long productId, int quantity, Money unitPrice, int returnedQuantity) {

    public Money total() {
        return unitPrice.times(quantity);
    }

    public int returnable() {
        return quantity - returnedQuantity;
    }

    public Money refundFor(int returned) {
        return unitPrice.times(Math.min(returned, returnable()));
    }
}
