// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.domain;

import com.storefront.util.Strings;

public record Parcel(long id, long shipmentId, int weightGrams, String labelPath, String packedBy) {

    public static final int MAX_GRAMS = 31_500;

    public boolean isTooHeavy() {
        return weightGrams > MAX_GRAMS;
    }

    public boolean hasLabel() {
        return !Strings.isBlank(labelPath);
    }
}
