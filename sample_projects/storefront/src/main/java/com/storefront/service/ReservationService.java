// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Reservation;
import com.storefront.repository.ReservationRepository;
import com.storefront.repository.StockRepository;
import com.storefront.util.Dates;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Holds stock for an order until it is packed, or gives it back. */
@Service
public class ReservationService {

    private static final Logger log = LoggerFactory.getLogger(ReservationService.class);
    private static final int HOLD_MINUTES = 60 * 24;

    private final ReservationRepository reservations;
    private final StockRepository stock;
    private final StockService stockService;

    public ReservationService(ReservationRepository reservations, StockRepository stock, StockService stockService) {
        this.reservations = reservations;
        this.stock = stock;
        this.stockService = stockService;
    }

    @Transactional
    public void reserve(long orderId, long productId, int quantity, String country) {
        long warehouseId = stockService.bestWarehouse(productId, quantity, country)
                .orElseThrow(() -> new IllegalStateException("product " + productId + " is sold out"));
        if (!stock.hold(productId, warehouseId, quantity)) {
            throw new IllegalStateException("somebody was faster with product " + productId);
        }
        reservations.insert(orderId, productId, warehouseId, quantity, Dates.inMinutes(HOLD_MINUTES));
    }

    @Transactional
    public void release(long orderId) {
        for (Reservation reservation : reservations.byOrder(orderId)) {
            if (reservation.isHeld()) {
                release(reservation);
            }
        }
    }

    /** The goods have left the shelf. */
    @Transactional
    public void consume(long orderId) {
        for (Reservation reservation : reservations.byOrder(orderId)) {
            if (!reservation.isHeld()) {
                continue;
            }
            stock.consume(reservation.productId(), reservation.warehouseId(), reservation.quantity());
            stock.recordMovement(reservation.productId(), reservation.warehouseId(), -reservation.quantity(), "SOLD",
                    "order " + orderId);
            reservations.markState(reservation.id(), Reservation.CONSUMED);
        }
    }

    public Optional<Long> warehouseOf(long orderId) {
        return reservations.byOrder(orderId).stream().map(Reservation::warehouseId).findFirst();
    }

    public boolean isComplete(long orderId) {
        List<Reservation> held = reservations.byOrder(orderId);
        return !held.isEmpty() && held.stream().noneMatch(r -> Reservation.RELEASED.equals(r.state()));
    }

    @Transactional
    public int releaseExpired() {
        int released = 0;
        for (Reservation reservation : reservations.expired(Instant.now())) {
            release(reservation);
            released++;
        }
        if (released > 0) {
            log.info("{} reservations expired", released);
        }
        return released;
    }

    private void release(Reservation reservation) {
        stock.release(reservation.productId(), reservation.warehouseId(), reservation.quantity());
        reservations.markState(reservation.id(), Reservation.RELEASED);
    }
}
