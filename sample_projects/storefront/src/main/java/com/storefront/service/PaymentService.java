// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Order;
import com.storefront.domain.Payment;
import com.storefront.repository.CustomerRepository;
import com.storefront.repository.OrderRepository;
import com.storefront.repository.PaymentRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.List;

/** Authorises, captures and voids payments. */
@Service
public class PaymentService {

    private static final Logger log = LoggerFactory.getLogger(PaymentService.class);

    private final PaymentRepository payments;
    private final GatewayClient gateway;
    private final OrderRepository orders;
    private final NotificationService notifications;
    private final CustomerRepository customers;

    public PaymentService(PaymentRepository payments, GatewayClient gateway, OrderRepository orders,
                          NotificationService notifications, CustomerRepository customers) {
        this.payments = payments;
        this.gateway = gateway;
        this.orders = orders;
        this.notifications = notifications;
        this.customers = customers;
    }

    @Transactional
    public Payment authorise(long orderId, Money amount, String cardToken) {
        Payment payment = new Payment(orderId, gateway.name(), amount);
        try {
            String reference = gateway.authorise(amount, cardToken, "order-" + orderId);
            payment.authorised(reference);
        } catch (RuntimeException refused) {
            log.warn("payment of order {} refused: {}", orderId, refused.getMessage());
            payment.failed();
        }
        return payments.save(payment);
    }

    /** Takes the money: called when the parcel leaves, by the settlement at night, and from the admin screen. */
    @Transactional
    public void capture(long orderId) {
        for (Payment payment : payments.findByOrderId(orderId)) {
            if (payment.isOpen()) {
                gateway.capture(payment.getProviderReference(), payment.amount());
                payment.captured();
                payments.save(payment);
            }
        }
    }

    @Transactional
    public void voidAll(long orderId) {
        for (Payment payment : payments.findByOrderId(orderId)) {
            if (payment.isOpen()) {
                gateway.cancel(payment.getProviderReference());
                payment.voided();
                payments.save(payment);
            }
        }
    }

    public Money paid(long orderId) {
        Money sum = Money.zero();
        for (Payment payment : payments.findByOrderId(orderId)) {
            if (payment.isCaptured() || payment.isOpen()) {
                sum = sum.plus(payment.amount());
            }
        }
        return sum;
    }

    public boolean isPaid(long orderId) {
        return payments.findByOrderId(orderId).stream().anyMatch(Payment::isCaptured);
    }

    public List<Payment> of(long orderId) {
        return payments.findByOrderId(orderId);
    }

    /** The gateway tells us later what became of a payment: bank transfers take days. */
    @Transactional
    public void confirmed(String reference) {
        Payment payment = Checks.found(payments.findByProviderReference(reference), "payment", Strings.mask(reference));
        if (payment.isCaptured()) {
            return;
        }
        payment.authorised(reference);
        payment.captured();
        payments.save(payment);
        orders.markPaid(payment.getOrderId(), Instant.now());
    }

    @Transactional
    public void refused(String reference, String reason) {
        Payment payment = Checks.found(payments.findByProviderReference(reference), "payment", Strings.mask(reference));
        payment.failed();
        payments.save(payment);
        Order order = Checks.found(orders.find(payment.getOrderId()), "order", payment.getOrderId());
        customers.findById(order.getCustomerId())
                .ifPresent(customer -> notifications.paymentRefused(customer, order.getNumber(), reason));
    }

    /** Authorisations expire after seven days; what is older is captured or lost. */
    public List<Payment> overdue() {
        return payments.authorisedBefore(Dates.daysAgo(6));
    }
}
