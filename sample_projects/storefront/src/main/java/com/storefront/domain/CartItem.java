// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;
import com.storefront.util.Money;

public record CartItem(long cartId, long productId, int quantity, Money unitPrice) {

    public CartItem {
        Checks.positive(quantity, "quantity");
    }

    public Money total() {
        return unitPrice.times(quantity);
    }

    public OrderItem toOrderItem() {
        return new OrderItem(0, 0, productId, quantity, unitPrice, 0);
    }
}
