// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.service;

import com.storefront.domain.Category;
import com.storefront.domain.OrderItem;
import com.storefront.domain.Product;
import com.storefront.repository.CategoryRepository;
import com.storefront.repository.PriceRepository;
import com.storefront.repository.ProductRepository;
import com.storefront.repository.StockRepository;
import com.storefront.util.Checks;
import com.storefront.util.Csv;
import com.storefront.util.Money;
import com.storefront.util.Strings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Products and categories: what can be bought, and how it is shown. */
@Service
public class ProductService {

    private static final Logger log = LoggerFactory.getLogger(ProductService.class);

    private final ProductRepository products;
    private final CategoryRepository categories;
    private final PriceRepository prices;
    private final PriceRules priceRules;
    private final ImageStore images;
    private final SearchIndexer search;
    private final StockRepository stock;

    public ProductService(ProductRepository products, CategoryRepository categories, PriceRepository prices,
                          PriceRules priceRules, ImageStore images, SearchIndexer search, StockRepository stock) {
        this.products = products;
        this.categories = categories;
        this.prices = prices;
        this.priceRules = priceRules;
        this.images = images;
        this.search = search;
        this.stock = stock;
    }

    public Product get(long productId) {
        return Checks.found(products.findById(productId), "product", productId);
    }

    public Product bySlug(String slug) {
        return Checks.found(products.findBySlug(slug), "product", slug);
    }

    public Product buyable(long productId) {
        Product product = get(productId);
        Checks.require(product.isActive(), product.getName() + " is no longer sold");
        return product;
    }

    public String name(long productId) {
        return products.findById(productId).map(Product::getName).orElse("(product " + productId + ")");
    }

    public List<Category> topCategories() {
        return categories.findByParentIsNullOrderByPosition();
    }

    public List<Product> inCategory(String slug) {
        Category category = Checks.found(categories.findBySlug(slug), "category", slug);
        List<Product> found = new ArrayList<>(products.findByCategoryIdAndActiveTrue(category.getId()));
        for (Category child : categories.findByParentIdOrderByPosition(category.getId())) {
            found.addAll(products.findByCategoryIdAndActiveTrue(child.getId()));
        }
        return found;
    }

    /** Everything the product page shows, stock included. */
    public Map<String, Object> page(String slug) {
        Product product = bySlug(slug);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("name", product.getName());
        page.put("description", product.getDescription());
        page.put("breadcrumbs", product.getCategory() == null ? List.of() : product.getCategory().path());
        page.put("images", images.of(product.getId()));
        page.put("price", priceRules.priceOf(product.getId()).format());
        page.put("reduced", priceRules.isReduced(product.getId()));
        page.put("available", stock.available(product.getId()) > 0);
        return page;
    }

    @Transactional
    public Product create(String sku, String name, String categorySlug, Money price) {
        Checks.require(products.findBySku(sku).isEmpty(), "sku " + sku + " exists");
        Category category = Checks.found(categories.findBySlug(categorySlug), "category", categorySlug);
        Product product = products.save(new Product(sku, name, category));
        prices.insert(product.getId(), price, Instant.now());
        search.index(product);
        log.info("product {} created", sku);
        return product;
    }

    @Transactional
    public Product describe(long productId, String name, String description, int weightGrams) {
        Product product = get(productId);
        product.rename(name);
        product.describe(description, weightGrams);
        products.save(product);
        search.index(product);
        return product;
    }

    @Transactional
    public void move(long productId, String categorySlug) {
        Product product = get(productId);
        product.moveTo(Checks.found(categories.findBySlug(categorySlug), "category", categorySlug));
        products.save(product);
        search.index(product);
    }

    @Transactional
    public void retire(long productId) {
        Product product = get(productId);
        product.retire();
        products.save(product);
        search.remove(productId);
    }

    @Transactional
    public Category addCategory(String parentSlug, String name) {
        Category parent = Strings.isBlank(parentSlug) ? null
                : Checks.found(categories.findBySlug(parentSlug), "category", parentSlug);
        int position = parent == null ? categories.findByParentIsNullOrderByPosition().size()
                : categories.findByParentIdOrderByPosition(parent.getId()).size();
        return categories.save(new Category(parent, name, position));
    }

    /** Lines of sku, name, category, price. Returns what could not be imported. */
    @Transactional
    public List<String> importCsv(List<String> lines) {
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line : lines) {
            number++;
            try {
                importLine(Csv.cells(line));
            } catch (RuntimeException problem) {
                problems.add("line " + number + ": " + problem.getMessage());
            }
        }
        return problems;
    }

    private void importLine(List<String> cells) {
        Checks.require(cells.size() >= 4, "expected sku, name, category, price");
        Money price = Money.parse(cells.get(3));
        Optional<Product> known = products.findBySku(cells.get(0));
        if (known.isEmpty()) {
            create(cells.get(0), cells.get(1), cells.get(2), price);
            return;
        }
        Product product = known.get();
        product.rename(cells.get(1));
        products.save(product);
        priceRules.change(product.getId(), price);
    }

    public int weight(List<OrderItem> items) {
        int grams = 0;
        for (OrderItem item : items) {
            grams += get(item.productId()).getWeightGrams() * item.quantity();
        }
        return grams;
    }
}
