// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds threads that a plugin left running: those whose class or context class loader is the
 * plugin's, which is inherited by every thread that its code starts when it is started, probed or
 * opened; and those that run a class of the bundle, where no other version of it is there.
 */
final class LeakedThreads {
    private static final long GRACE_NANOS = 1_000_000_000;
    private static final long PAUSE_MILLIS = 10;

    private final @Nullable ClassLoader loader;
    private final Bundle bundle;
    private final boolean onlyVersion;

    /** Whether the bundle has a class; asked for a few names over and over. */
    private final Map<String, Boolean> known = new HashMap<>();

    LeakedThreads(Bundle bundle, boolean onlyVersion) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        this.loader = wiring == null ? null : wiring.getClassLoader();
        this.bundle = bundle;
        this.onlyVersion = onlyVersion;
    }

    private boolean runsOurs(StackTraceElement frame) {
        return onlyVersion
                && known.computeIfAbsent(
                        frame.getClassName(),
                        name -> bundle.getEntry(name.replace('.', '/') + ".class") != null);
    }

    /** What is still running after a moment; null when nothing is. */
    @Nullable Failure find() {
        long deadline = System.nanoTime() + GRACE_NANOS;
        List<String> threads = running();
        while (!threads.isEmpty() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            threads = running();
        }
        return threads.isEmpty()
                ? null
                : new Failure(
                        "it left threads running: "
                                + String.join(", ", threads)
                                + "; until they end, its classes stay loaded",
                        "ask the plugin's vendor to end them in DeviceDriver.close");
    }

    private List<String> running() {
        if (loader == null) {
            return List.of();
        }
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> isOurs(thread.getKey(), thread.getValue()))
                .map(LeakedThreads::describe)
                .sorted()
                .collect(Collectors.toList());
    }

    private boolean isOurs(Thread thread, StackTraceElement[] frames) {
        return thread != Thread.currentThread()
                && (thread.getContextClassLoader() == loader
                        || thread.getClass().getClassLoader() == loader
                        || Stream.of(frames).anyMatch(this::runsOurs));
    }

    private static String describe(Map.Entry<Thread, StackTraceElement[]> thread) {
        StackTraceElement[] frames = thread.getValue();
        String at = frames.length == 0 ? "" : " at " + frames[0];
        return "'" + thread.getKey().getName() + "'" + at;
    }
}
