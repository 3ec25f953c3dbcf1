// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Payment;
import com.storefront.domain.Refund;
import com.storefront.repository.PaymentRepository;
import com.storefront.repository.RefundRepository;
import com.storefront.util.Checks;
import com.storefront.util.Money;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.util.List;
import java.util.Map;

@Service
public class RefundService {

    private static final Logger log = LoggerFactory.getLogger(RefundService.class);

    private final RefundRepository refunds;
    private final PaymentRepository payments;
    private final GatewayClient gateway;
    private final JdbcTemplate jdbc;

    public RefundService(RefundRepository refunds, PaymentRepository payments, GatewayClient gateway, JdbcTemplate jdbc) {
        this.refunds = refunds;
        this.payments = payments;
        this.gateway = gateway;
        this.jdbc = jdbc;
    }

    @Transactional
    public long refund(long orderId, Money amount, Long returnId, String reason) {
        Payment payment = capturedPayment(orderId);
        Money left = payment.amount().minus(refunds.totalRefunded(payment.getId()));
        Checks.require(!amount.isMoreThan(left), "only " + left.format() + " can still be refunded");
        long id = refunds.insert(payment.getId(), returnId, amount, Checks.notBlank(reason, "reason"));
        log.info("refund {} of {} for order {}", id, amount, orderId);
        return id;
    }

    @Transactional
    public void refundAll(long orderId, String reason) {
        Payment payment = capturedPayment(orderId);
        Money left = payment.amount().minus(refunds.totalRefunded(payment.getId()));
        if (!left.isZero()) {
            refunds.insert(payment.getId(), null, left, reason);
        }
    }

    /** Sends what is pending to the gateway; runs every few minutes. */
    @Transactional
    public int sendPending() {
        int sent = 0;
        for (Refund refund : refunds.pending()) {
            Payment payment = Checks.found(payments.findById(refund.paymentId()), "payment", refund.paymentId());
            try {
                gateway.refund(payment.getProviderReference(), refund.amount(), "refund-" + refund.id());
                refunds.markDone(refund.id());
                sent++;
            } catch (RuntimeException refused) {
                log.error("refund {} failed: {}", refund.id(), refused.getMessage());
                refunds.markFailed(refund.id());
            }
        }
        return sent;
    }

    public List<Map<String, Object>> ofOrder(long orderId) {
        return jdbc.queryForList("""
                SELECT r.id, r.amount_cents, r.status, r.reason, r.created_at
                FROM refunds r JOIN payments p ON p.id = r.payment_id
                WHERE p.order_id = ? ORDER BY r.created_at
                """, orderId);
    }

    private Payment capturedPayment(long orderId) {
        return payments.findByOrderId(orderId).stream().filter(Payment::isCaptured).findFirst()
                .orElseThrow(() -> new IllegalStateException("order " + orderId + " was never paid"));
    }
}
