// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Cart;
import com.storefront.domain.CartItem;
import com.storefront.repository.CartRepository;
import com.storefront.util.Checks;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Service
public class CartService {

    private static final int MAX_QUANTITY = 99;

    private final CartRepository carts;
    private final ProductService products;
    private final PriceRules priceRules;
    private final StockService stock;
    private final Discounts discounts;

    public CartService(CartRepository carts, ProductService products, PriceRules priceRules, StockService stock,
                       Discounts discounts) {
        this.carts = carts;
        this.products = products;
        this.priceRules = priceRules;
        this.stock = stock;
        this.discounts = discounts;
    }

    public Cart getOrCreate(String token, Long customerId) {
        if (!Strings.isBlank(token)) {
            Optional<Cart> known = carts.findByToken(token);
            if (known.isPresent()) {
                return known.get();
            }
        }
        if (customerId != null) {
            return carts.findByCustomer(customerId).orElseGet(() -> carts.create(customerId));
        }
        return carts.create(null);
    }

    public Cart get(String token) {
        return Checks.found(carts.findByToken(token), "cart", Strings.mask(token));
    }

    @Transactional
    public void add(Cart cart, long productId, int quantity) {
        products.buyable(productId);
        Checks.require(quantity > 0 && quantity <= MAX_QUANTITY, "between 1 and " + MAX_QUANTITY + " pieces");
        Checks.require(stock.isAvailable(productId, quantity), "there are not that many left");
        carts.addItem(cart.id(), productId, quantity, priceRules.forCustomer(productId, quantity, cart.customerId()));
    }

    @Transactional
    public void change(Cart cart, long productId, int quantity) {
        if (quantity <= 0) {
            carts.removeItem(cart.id(), productId);
            return;
        }
        Checks.require(stock.isAvailable(productId, quantity), "there are not that many left");
        carts.changeQuantity(cart.id(), productId, Math.min(quantity, MAX_QUANTITY));
    }

    @Transactional
    public void redeem(Cart cart, String code) {
        discounts.usable(code);
        carts.setDiscount(cart.id(), code);
    }

    public List<CartItem> items(Cart cart) {
        return carts.items(cart.id());
    }

    public Money total(Cart cart) {
        Money total = Money.zero();
        for (CartItem item : carts.items(cart.id())) {
            total = total.plus(item.total());
        }
        return cart.hasDiscount() ? discounts.apply(cart.discountCode(), total) : total;
    }

    /** An anonymous cart becomes the customer's; what was in the old one is added. */
    @Transactional
    public void takeOver(String token, long customerId) {
        Optional<Cart> anonymous = carts.findByToken(token);
        if (anonymous.isEmpty() || !anonymous.get().isAnonymous()) {
            return;
        }
        Optional<Cart> old = carts.findByCustomer(customerId);
        if (old.isPresent()) {
            for (CartItem item : carts.items(old.get().id())) {
                carts.addItem(anonymous.get().id(), item.productId(), item.quantity(), item.unitPrice());
            }
            carts.clear(old.get().id());
        }
        carts.assignCustomer(anonymous.get().id(), customerId);
    }

    public void clear(Cart cart) {
        carts.clear(cart.id());
    }

    /** The cart as the page shows it, with names from the catalog. */
    public Map<String, Object> view(Cart cart) {
        Map<String, Object> view = new LinkedHashMap<>();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (CartItem item : carts.items(cart.id())) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("name", products.name(item.productId()));
            line.put("quantity", item.quantity());
            line.put("total", item.total().format());
            line.put("available", stock.isAvailable(item.productId(), item.quantity()));
            lines.add(line);
        }
        view.put("lines", lines);
        view.put("total", total(cart).format());
        view.put("discount", cart.discountCode());
        return view;
    }
}
