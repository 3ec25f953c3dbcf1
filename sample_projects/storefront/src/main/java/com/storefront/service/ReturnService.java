// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Order;
import com.storefront.domain.OrderItem;
import com.storefront.domain.OrderStatus;
import com.storefront.domain.ReturnRequest;
import com.storefront.domain.Shipment;
import com.storefront.repository.OrderRepository;
import com.storefront.repository.ReturnRepository;
import com.storefront.repository.ShipmentRepository;
import com.storefront.util.Checks;
import com.storefront.util.Money;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What comes back, and what happens with it. */
@Service
public class ReturnService {

    private static final Logger log = LoggerFactory.getLogger(ReturnService.class);

    private final ReturnRepository returns;
    private final ShipmentRepository shipments;
    private final OrderRepository orders;
    private final StockService stock;
    private final RefundService refunds;

    public ReturnService(ReturnRepository returns, ShipmentRepository shipments, OrderRepository orders,
                         StockService stock, RefundService refunds) {
        this.returns = returns;
        this.shipments = shipments;
        this.orders = orders;
        this.stock = stock;
        this.refunds = refunds;
    }

    @Transactional
    public long request(long customerId, long orderId, String reason) {
        Order order = Checks.found(orders.find(orderId), "order", orderId);
        Checks.require(order.getCustomerId() == customerId, "this order belongs to somebody else");
        Checks.require(isInTime(orderId), "returns are possible for " + ReturnRequest.DAYS + " days");
        return returns.insert(orderId, customerId, Checks.notBlank(reason, "reason"));
    }

    /** The parcel is back: stock goes up, the order changes, the money goes back. All at once. */
    @Transactional
    public Money receive(long returnId, Map<Long, Integer> quantities) {
        ReturnRequest request = Checks.found(returns.find(returnId), "return", returnId);
        Checks.require(!request.isReceived(), "return " + returnId + " was received already");
        long warehouseId = shipments.byOrder(request.orderId()).get(0).warehouseId();
        Money refund = Money.zero();
        boolean everything = true;
        for (OrderItem item : orders.items(request.orderId())) {
            int quantity = Math.min(quantities.getOrDefault(item.id(), 0), item.returnable());
            everything &= quantity == item.returnable();
            if (quantity > 0) {
                orders.addReturned(item.id(), quantity);
                stock.putBack(item.productId(), warehouseId, quantity, "return " + returnId);
                refund = refund.plus(item.refundFor(quantity));
            }
        }
        returns.markReceived(returnId);
        if (everything) {
            orders.updateStatus(request.orderId(), OrderStatus.RETURNED);
        }
        if (!refund.isZero()) {
            refunds.refund(request.orderId(), refund, returnId, request.reason());
        }
        log.info("return {} received, {} back", returnId, refund);
        return refund;
    }

    public List<ReturnRequest> waiting() {
        return returns.waiting();
    }

    public void close(long returnId) {
        returns.close(returnId);
    }

    private boolean isInTime(long orderId) {
        Instant now = Instant.now();
        for (Shipment shipment : shipments.byOrder(orderId)) {
            if (ReturnRequest.isInTime(shipment.deliveredAt(), now)) {
                return true;
            }
        }
        return false;
    }
}
