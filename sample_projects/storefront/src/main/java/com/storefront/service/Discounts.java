// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Discount;
import com.storefront.repository.DiscountRepository;
import com.storefront.util.Checks;
import com.storefront.util.Dates;
import com.storefront.util.Ids;
import com.storefront.util.Money;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.List;

/** Vouchers and campaigns. */
@Service
public class Discounts {

    private final DiscountRepository discounts;

    public Discounts(DiscountRepository discounts) {
        this.discounts = discounts;
    }

    public Discount usable(String code) {
        Discount discount = Checks.found(discounts.findByCode(Checks.notBlank(code, "code")), "discount", code);
        Checks.require(discount.isUsable(Instant.now()), "the code " + code + " is not valid any more");
        return discount;
    }

    public Money apply(String code, Money total) {
        return total.minus(usable(code).on(total)).atLeastZero();
    }

    @Transactional
    public void use(Discount discount) {
        discounts.countUse(discount.id());
    }

    @Transactional
    public void giveBack(Long discountId) {
        if (discountId != null) {
            discounts.releaseUse(discountId);
        }
    }

    public List<Discount> active() {
        return discounts.active();
    }

    /** Single codes for people who complained with reason. */
    @Transactional
    public String apologise(Money amount, int days) {
        String code = "SORRY-" + Ids.readable(6);
        discounts.insert(code, Discount.AMOUNT, amount.cents(), Instant.now(), Dates.daysAgo(-days), 1);
        return code;
    }
}
