// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.job;

import com.storefront.service.ReservationService;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class ReleaseReservationsJob {

    private final ReservationService reservations;

    public ReleaseReservationsJob(ReservationService reservations) {
        this.reservations = reservations;
    }

    @Scheduled(fixedDelay = 300_000)
    public void run() {
        reservations.releaseExpired();
    }
}
