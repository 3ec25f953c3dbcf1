// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Parcel;
import com.storefront.repository.ShipmentRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Strings;

import org.springframework.stereotype.Component;

/** Prints what is glued on parcels. */
@Component
public class Labels {

    private final ShipmentRepository shipments;
    private final CustomerService customers;

    public Labels(ShipmentRepository shipments, CustomerService customers) {
        this.shipments = shipments;
        this.customers = customers;
    }

    public String create(Parcel parcel, long addressId, String trackingNumber) {
        Checks.require(!parcel.isTooHeavy(), "parcel " + parcel.id() + " is too heavy");
        String path = "labels/" + Dates.today() + "/" + Strings.slug(trackingNumber) + "-" + parcel.id() + ".zpl";
        shipments.setLabel(parcel.id(), path);
        return path;
    }

    /** The printer's own language: one text field per line of the address. */
    public String zpl(long addressId, String trackingNumber) {
        StringBuilder zpl = new StringBuilder("^XA");
        int y = 60;
        for (String line : customers.address(addressId).lines()) {
            zpl.append("^FO40,").append(y).append("^A0N,36,36^FD").append(line.replace("^", "")).append("^FS");
            y += 48;
        }
        zpl.append("^FO40,").append(y + 40).append("^BCN,120,Y,N,N^FD").append(trackingNumber).append("^FS");
        return zpl.append("^XZ").toString();
    }
}
