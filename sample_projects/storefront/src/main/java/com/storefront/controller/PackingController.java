// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.controller;

import com.storefront.domain.Order;
import com.storefront.service.Labels;
import com.storefront.service.OrderManager;
import com.storefront.service.ShippingService;
import com.storefront.util.Checks;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;

@RestController
@RequestMapping("/api/packing")
public class PackingController {

    private final ShippingService shipping;
    private final OrderManager orderManager;
    private final Labels labels;

    public PackingController(ShippingService shipping, OrderManager orderManager, Labels labels) {
        this.shipping = shipping;
        this.orderManager = orderManager;
        this.labels = labels;
    }

    @GetMapping("/worklist")
    public List<Map<String, Object>> worklist() {
        return shipping.worklist();
    }

    @PostMapping("/{orderId}")
    public long start(@PathVariable long orderId, @RequestParam(required = false) String carrier) {
        Checks.require(orderManager.isDeliverable(orderId), "something is missing");
        return shipping.startPacking(orderId, carrier);
    }

    @PostMapping("/shipments/{shipmentId}/parcels")
    public long pack(@PathVariable long shipmentId, @RequestParam long orderId, @RequestParam String packer) {
        Order order = orderManager.get(orderId);
        return shipping.pack(shipmentId, order.getItems(), packer).id();
    }

    @PostMapping("/shipments/{shipmentId}/ship")
    public String ship(@PathVariable long shipmentId) {
        return shipping.markShipped(shipmentId);
    }

    @GetMapping("/label")
    public String label(@RequestParam long addressId, @RequestParam String tracking) {
        return labels.zpl(addressId, tracking);
    }
}
