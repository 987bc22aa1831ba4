// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.keyway.Keyway;

import org.osgi.framework.wiring.BundleWiring;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Counts the class loaders of plugins that were collected after they left. */
final class Collected {
    private static final long WAIT_MILLIS = 20_000;

    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    /** Remembers the loader of a plugin that is still installed. */
    void watch(Plugin plugin) {
        ClassLoader loader =
                Objects.requireNonNull(plugin.bundle()).adapt(BundleWiring.class).getClassLoader();
        assertNotSame(Keyway.class.getClassLoader(), loader);
        loaders.add(new WeakReference<>(loader, queue));
    }

    /** How many were watched. */
    int watched() {
        return loaders.size();
    }

    /** How many are collected, once all are or after a while. */
    int await() throws InterruptedException {
        int count = 0;
        long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
        while (count < loaders.size() && System.nanoTime() < deadline) {
            System.gc();
            while (queue.remove(50) != null) {
                count++;
            }
        }
        return count;
    }
}
