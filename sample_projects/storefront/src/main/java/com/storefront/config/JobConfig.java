// SPDX-License-Identifier: MIT OR Apache-2.0
package com.storefront.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** One thread for all jobs: two nightly runs once shipped the same parcels twice. */
@Configuration
@EnableScheduling
public class JobConfig {

    @Bean(destroyMethod = "shutdown")
    public ScheduledExecutorService jobExecutor() {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "jobs");
            thread.setDaemon(true);
            return thread;
        });
    }
}
