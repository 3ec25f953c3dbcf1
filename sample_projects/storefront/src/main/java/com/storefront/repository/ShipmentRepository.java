// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.repository;

import com.storefront.domain.Parcel;
import com.storefront.domain.Shipment;
import com.storefront.util.Dates;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

import java.util.List;
import java.util.Optional;

@Repository
public class ShipmentRepository {

    private static final RowMapper<Shipment> SHIPMENT = (rs, n) -> new Shipment(
            rs.getLong("id"), rs.getLong("order_id"), rs.getLong("carrier_id"), rs.getLong("warehouse_id"),
            rs.getString("status"), rs.getString("tracking_number"), Dates.instant(rs.getTimestamp("shipped_at")),
            Dates.instant(rs.getTimestamp("delivered_at")));
    private static final RowMapper<Parcel> PARCEL = (rs, n) -> new Parcel(
            rs.getLong("id"), rs.getLong("shipment_id"), rs.getInt("weight_grams"), rs.getString("label_path"),
            rs.getString("packed_by"));

    private final JdbcTemplate jdbc;

    public ShipmentRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public long insert(long orderId, long carrierId, long warehouseId) {
        return jdbc.queryForObject(
                "INSERT INTO shipments (order_id, carrier_id, warehouse_id, status) VALUES (?, ?, ?, 'PACKING') RETURNING id",
                Long.class, orderId, carrierId, warehouseId);
    }

    public Optional<Shipment> find(long id) {
        return jdbc.query("SELECT * FROM shipments WHERE id = ?", SHIPMENT, id).stream().findFirst();
    }

    public Optional<Shipment> findByTracking(String trackingNumber) {
        return jdbc.query("SELECT * FROM shipments WHERE tracking_number = ?", SHIPMENT, trackingNumber)
                .stream().findFirst();
    }

    public List<Shipment> byOrder(long orderId) {
        return jdbc.query("SELECT * FROM shipments WHERE order_id = ? ORDER BY id", SHIPMENT, orderId);
    }

    public List<Shipment> underWay() {
        return jdbc.query("SELECT * FROM shipments WHERE status = 'SHIPPED' ORDER BY shipped_at", SHIPMENT);
    }

    public void markShipped(long id, String trackingNumber) {
        jdbc.update("UPDATE shipments SET status = 'SHIPPED', tracking_number = ?, shipped_at = now() WHERE id = ?",
                trackingNumber, id);
    }

    public void markDelivered(long id) {
        jdbc.update("UPDATE shipments SET status = 'DELIVERED', delivered_at = now() WHERE id = ?", id);
    }

    public void markLost(long id) {
        jdbc.update("UPDATE shipments SET status = 'LOST' WHERE id = ?", id);
    }

    public long insertParcel(long shipmentId, int weightGrams, String packedBy) {
        return jdbc.queryForObject(
                "INSERT INTO parcels (shipment_id, weight_grams, packed_by, packed_at) VALUES (?, ?, ?, now()) RETURNING id",
                Long.class, shipmentId, weightGrams, packedBy);
    }

    public List<Parcel> parcels(long shipmentId) {
        return jdbc.query("SELECT * FROM parcels WHERE shipment_id = ? ORDER BY id", PARCEL, shipmentId);
    }

    public void setLabel(long parcelId, String labelPath) {
        jdbc.update("UPDATE parcels SET label_path = ? WHERE id = ?", labelPath, parcelId);
    }
}
