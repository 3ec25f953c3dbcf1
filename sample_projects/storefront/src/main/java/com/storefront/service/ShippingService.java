// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Carrier;
import com.storefront.domain.Customer;
import com.storefront.domain.OrderItem;
import com.storefront.domain.Parcel;
import com.storefront.domain.Shipment;
import com.storefront.repository.CarrierRepository;
import com.storefront.repository.ShipmentRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Packs, ships and follows what was ordered. Writes the state of orders itself, because the scanners can't wait. */
@Service
public class ShippingService {

    private static final Logger log = LoggerFactory.getLogger(ShippingService.class);
    private static final int PACKAGING_GRAMS = 250;

    private final ShipmentRepository shipments;
    private final CarrierRepository carriers;
    private final CarrierClient carrierClient;
    private final Labels labels;
    private final ReservationService reservations;
    private final ProductService products;
    private final CustomerService customers;
    private final PaymentService payments;
    private final NotificationService notifications;
    private final JdbcTemplate jdbc;

    public ShippingService(ShipmentRepository shipments, CarrierRepository carriers, CarrierClient carrierClient,
                           Labels labels, ReservationService reservations, ProductService products,
                           CustomerService customers, PaymentService payments, NotificationService notifications,
                           JdbcTemplate jdbc) {
        this.shipments = shipments;
        this.carriers = carriers;
        this.carrierClient = carrierClient;
        this.labels = labels;
        this.reservations = reservations;
        this.products = products;
        this.customers = customers;
        this.payments = payments;
        this.notifications = notifications;
        this.jdbc = jdbc;
    }

    /** What a packer sees in the morning: paid orders, oldest first, abroad before home because of the cut-off. */
    public List<Map<String, Object>> worklist() {
        return jdbc.queryForList("""
                SELECT o.id, o.number, o.placed_at, a.country, count(oi.id) AS lines
                FROM orders o
                JOIN order_items oi ON oi.order_id = o.id
                JOIN addresses a ON a.id = o.shipping_address_id
                LEFT JOIN shipments s ON s.order_id = o.id
                WHERE o.status = 'PAID' AND s.id IS NULL
                GROUP BY o.id, o.number, o.placed_at, a.country
                ORDER BY (a.country = 'DE'), o.placed_at
                """);
    }

    @Transactional
    public long startPacking(long orderId, String carrierCode) {
        Checks.require(reservations.isComplete(orderId), "the goods of order " + orderId + " are not reserved");
        Carrier carrier = chooseCarrier(carrierCode);
        long warehouseId = reservations.warehouseOf(orderId).orElseThrow();
        long shipmentId = shipments.insert(orderId, carrier.getId(), warehouseId);
        jdbc.update("UPDATE orders SET status = 'PACKING' WHERE id = ? AND status = 'PAID'", orderId);
        return shipmentId;
    }

    @Transactional
    public Parcel pack(long shipmentId, List<OrderItem> items, String packer) {
        Shipment shipment = get(shipmentId);
        Checks.require(Shipment.PACKING.equals(shipment.status()), "shipment " + shipmentId + " has left");
        int grams = products.weight(items) + PACKAGING_GRAMS;
        long parcelId = shipments.insertParcel(shipmentId, grams, Checks.notBlank(packer, "packer"));
        Parcel parcel = new Parcel(parcelId, shipmentId, grams, null, packer);
        Checks.require(!parcel.isTooHeavy(), "too heavy, use two parcels");
        return parcel;
    }

    /** The parcel leaves: carrier, stock, payment and order have to know. */
    @Transactional
    public String markShipped(long shipmentId) {
        Shipment shipment = get(shipmentId);
        List<Parcel> parcels = shipments.parcels(shipmentId);
        Checks.require(!parcels.isEmpty(), "nothing was packed");
        Carrier carrier = Checks.found(carriers.findById(shipment.carrierId()), "carrier", shipment.carrierId());
        long addressId = addressOf(shipment.orderId());
        int grams = parcels.stream().mapToInt(Parcel::weightGrams).sum();

        String tracking = carrierClient.announce(carrier, customers.address(addressId).lines(), grams,
                "shipment-" + shipmentId);
        for (Parcel parcel : parcels) {
            labels.create(parcel, addressId, tracking);
        }
        shipments.markShipped(shipmentId, tracking);
        reservations.consume(shipment.orderId());
        payments.capture(shipment.orderId());
        jdbc.update("""
                UPDATE orders
                SET status = 'SHIPPED', shipped_at = now()
                WHERE id = ?
                """, shipment.orderId());
        tellCustomer(shipment.orderId(), carrier, tracking);
        return tracking;
    }

    @Transactional
    public void delivered(String trackingNumber) {
        Shipment shipment = Checks.found(shipments.findByTracking(trackingNumber), "shipment", trackingNumber);
        if (!shipment.isUnderWay()) {
            return;
        }
        shipments.markDelivered(shipment.id());
        if (allDelivered(shipment.orderId())) {
            jdbc.update("UPDATE orders SET status = 'DELIVERED' WHERE id = ? AND status = 'SHIPPED'", shipment.orderId());
        }
    }

    @Transactional
    public void lost(String trackingNumber) {
        Shipment shipment = Checks.found(shipments.findByTracking(trackingNumber), "shipment", trackingNumber);
        shipments.markLost(shipment.id());
        log.error("shipment {} of order {} is lost", shipment.id(), shipment.orderId());
        jdbc.update("UPDATE orders SET note = 'PARCEL LOST' WHERE id = ?", shipment.orderId());
    }

    /** Asks the carriers about everything under way. */
    public int poll() {
        int changed = 0;
        for (Shipment shipment : shipments.underWay()) {
            Carrier carrier = Checks.found(carriers.findById(shipment.carrierId()), "carrier", shipment.carrierId());
            String status = carrierClient.status(carrier, shipment.trackingNumber());
            if ("DELIVERED".equals(status)) {
                delivered(shipment.trackingNumber());
                changed++;
            } else if ("LOST".equals(status)) {
                lost(shipment.trackingNumber());
                changed++;
            } else if (shipment.isLate(Instant.now())) {
                log.warn("shipment {} is late", shipment.id());
            }
        }
        return changed;
    }

    public LocalDate promise(String country) {
        return Dates.businessDaysAfter(Dates.today(), "DE".equals(country) ? 2 : 5);
    }

    public List<Shipment> of(long orderId) {
        return shipments.byOrder(orderId);
    }

    public boolean allDelivered(long orderId) {
        List<Shipment> all = shipments.byOrder(orderId);
        return !all.isEmpty() && all.stream().allMatch(s -> s.id() > 0 && !s.isUnderWay());
    }

    private Shipment get(long shipmentId) {
        return Checks.found(shipments.find(shipmentId), "shipment", shipmentId);
    }

    private Carrier chooseCarrier(String code) {
        if (!Strings.isBlank(code)) {
            return Checks.found(carriers.findByCode(code), "carrier", code);
        }
        List<Carrier> active = carriers.findByActiveTrueOrderByName();
        Checks.require(!active.isEmpty(), "no carrier is active");
        return active.get(0);
    }

    private long addressOf(long orderId) {
        return jdbc.queryForObject("SELECT shipping_address_id FROM orders WHERE id = ?", Long.class, orderId);
    }

    private void tellCustomer(long orderId, Carrier carrier, String tracking) {
        Long customerId = jdbc.queryForObject("SELECT customer_id FROM orders WHERE id = ?", Long.class, orderId);
        Customer customer = customers.get(customerId);
        notifications.shipped(customer, carrier.getName(), tracking);
    }
}
