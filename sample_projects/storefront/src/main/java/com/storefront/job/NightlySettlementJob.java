// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.domain.Payment;
import com.storefront.report.SalesReport;
import com.storefront.service.NotificationService;
import com.storefront.service.OrderManager;
import com.storefront.service.PaymentService;
import com.storefront.service.RefundService;
import com.storefront.util.Csv;
import com.storefront.util.Dates;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes the money, sends refunds, cancels, closes, and mails the result. Runs at two, takes an hour in December. */
@Component
public class NightlySettlementJob {

    private static final Logger log = LoggerFactory.getLogger(NightlySettlementJob.class);

    private final PaymentService payments;
    private final RefundService refunds;
    private final OrderManager orderManager;
    private final SalesReport sales;
    private final NotificationService notifications;

    public NightlySettlementJob(PaymentService payments, RefundService refunds, OrderManager orderManager,
                                SalesReport sales, NotificationService notifications) {
        this.payments = payments;
        this.refunds = refunds;
        this.orderManager = orderManager;
        this.sales = sales;
        this.notifications = notifications;
    }

    @Scheduled(cron = "0 0 2 * * *")
    @Transactional
    public void run() {
        int captured = 0;
        for (Payment payment : payments.overdue()) {
            try {
                payments.capture(payment.getOrderId());
                captured++;
            } catch (RuntimeException failure) {
                log.error("payment {} could not be captured", payment.getId(), failure);
            }
        }
        int refunded = refunds.sendPending();
        int cancelled = orderManager.cancelUnpaid();
        int closed = orderManager.closeDelivered();
        notifications.operations("Settlement of " + Dates.today(),
                Csv.row("captured", captured) + Csv.row("refunded", refunded) + Csv.row("cancelled", cancelled)
                        + Csv.row("closed", closed) + sales.dailyMail(Dates.today().minusDays(1)));
    }
}
