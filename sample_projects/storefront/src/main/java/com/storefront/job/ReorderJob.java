// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.service.NotificationService;
import com.storefront.service.ReorderService;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class ReorderJob {

    private final ReorderService reorder;
    private final NotificationService notifications;

    public ReorderJob(ReorderService reorder, NotificationService notifications) {
        this.reorder = reorder;
        this.notifications = notifications;
    }

    @Scheduled(cron = "0 0 6 * * MON")
    public void run() {
        int changed = reorder.adjustLevels();
        notifications.operations("Order proposal, " + changed + " levels changed", reorder.proposalCsv());
    }
}
