// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Checks;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An order as the rest of the shop sees it. Everybody has a reason to look at this class. */
public class Order {

    private long id;
    private final String number;
    private final long customerId;
    private final long shippingAddressId;
    private Long discountId;
    private OrderStatus status = OrderStatus.PLACED;
    private Money total = Money.zero();
    private Instant placedAt = Instant.now();
    private Instant paidAt;
    private Instant shippedAt;
    private String note;
    private final List<OrderItem> items = new ArrayList<>();

    public Order(String number, long customerId, long shippingAddressId) {
        this.number = Checks.notBlank(number, "number");
        this.customerId = customerId;
        this.shippingAddressId = shippingAddressId;
    }

    public void add(OrderItem item) {
        items.add(item);
        total = total.plus(item.total());
    }

    public void discount(Discount discount) {
        discountId = discount.id();
        total = total.minus(discount.on(total)).atLeastZero();
    }

    public void changeTo(OrderStatus next) {
        if (!status.canBecome(next)) {
            throw new IllegalStateException("order " + number + " is " + status + ", it cannot become " + next);
        }
        status = next;
    }

    public boolean isPaid() {
        return paidAt != null;
    }

    public boolean isShipped() {
        return shippedAt != null;
    }

    public long getId() {
        return id;
    }

    public void setId(long id) {
        this.id = id;
    }

    public String getNumber() {
        return number;
    }

    public long getCustomerId() {
        return customerId;
    }

    public long getShippingAddressId() {
        return shippingAddressId;
    }

    public Long getDiscountId() {
        return discountId;
    }

    public void setDiscountId(Long discountId) {
        this.discountId = discountId;
    }

    public OrderStatus getStatus() {
        return status;
    }

    public void setStatus(OrderStatus status) {
        this.status = status;
    }

    public Money getTotal() {
        return total;
    }

    public void setTotal(Money total) {
        this.total = total;
    }

    public Instant getPlacedAt() {
        return placedAt;
    }

    public void setPlacedAt(Instant placedAt) {
        this.placedAt = placedAt;
    }

    public void setPaidAt(Instant paidAt) {
        this.paidAt = paidAt;
    }

    public void setShippedAt(Instant shippedAt) {
        this.shippedAt = shippedAt;
    }

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = Strings.truncate(note, 500);
    }

    public List<OrderItem> getItems() {
        return items;
    }
}
