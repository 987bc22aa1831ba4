// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.PluginException;

import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An embedded OSGi framework with a bundle cache of its own, deleted when it is closed. */
final class BundleFramework implements AutoCloseable {
    private static final long STOP_MILLIS = 10_000;
    private static final long STUCK_STOP_MILLIS = 500;
    private static final long REFRESH_SECONDS = 60;

    private final Machine machine;
    private final Path cache;
    private final Felix felix;
    private final Thread hook;

    private BundleFramework(Path cache, Machine machine) throws BundleException {
        this.machine = machine;
        this.cache = cache;
        this.felix = new Felix(configuration(cache, machine));
        // An interrupted program leaves no cache behind either.
        this.hook = new Thread(() -> delete(cache), "keyway-plugin-cache");
        Runtime.getRuntime().addShutdownHook(hook);
        felix.start();
    }

    /**
     * Starts a framework. Its threads are daemons, so that an application that forgets to close it
     * still ends.
     *
     * @throws PluginException when it does not start
     */
    static BundleFramework start(Machine machine) {
        try {
            Path cache = Files.createTempDirectory("keyway-plugins-");
            // Threads inherit being daemons from the one that starts the framework.
            FutureTask<BundleFramework> task =
                    new FutureTask<>(() -> new BundleFramework(cache, machine));
            Thread.ofPlatform().daemon().name("keyway-plugin-host").start(task).join();
            return task.get();
        } catch (IOException e) {
            throw new PluginException(
                    "the plugin host can't create its cache in the folder for temporary files ("
                            + e.getMessage()
                            + "); make room or set -Djava.io.tmpdir",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("interrupted while the plugin host started", e);
        } catch (ExecutionException e) {
            throw new PluginException("the plugin host did not start: " + e.getCause(), e);
        }
    }

    private static Map<String, Object> configuration(Path cache, Machine machine) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.extra());
        settings.put(Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA, machine.capabilities());
        // Stream handlers are static in the JVM and would keep the framework alive.
        settings.put(FelixConstants.SERVICE_URLHANDLERS_PROP, "false");
        settings.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        return settings;
    }

    /** The bundle that exports what the host's class path has. */
    Bundle systemBundle() {
        return felix;
    }

    /** Every bundle but the system bundle. */
    List<Bundle> bundles() {
        return Stream.of(felix.getBundleContext().getBundles())
                .filter(bundle -> bundle.getBundleId() != 0)
                .toList();
    }

    /** What the machine has. */
    Machine machine() {
        return machine;
    }

    /** A new file of this process alone, deleted with the cache at the latest. */
    Path scratch() throws IOException {
        return Files.createTempFile(cache, "jar", ".jar");
    }

    /** Installs a copy of the jar under the location. */
    Bundle install(Path jar, String location) throws BundleException, IOException {
        try (InputStream content = Files.newInputStream(jar)) {
            return felix.getBundleContext()
                    .installBundle(Path.of(location).toUri().toString(), content);
        }
    }

    /**
     * Tries to resolve the bundle, without running any of its code; starting it says what failed.
     */
    boolean resolve(Bundle bundle) {
        return wiring().resolveBundles(List.of(bundle));
    }

    /** The bundle and those that use its classes. */
    Collection<Bundle> dependents(Bundle bundle) {
        return wiring().getDependencyClosure(List.of(bundle));
    }

    /** Drops the bundle's old class loaders; returns when it is done. */
    void refresh(Collection<Bundle> bundles) {
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(
                        bundles,
                        event -> {
                            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                                done.countDown();
                            }
                        });
        try {
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                throw new PluginException(
                        "the old classes of "
                                + bundles
                                + " are not dropped after "
                                + REFRESH_SECONDS
                                + " s; a plugin hangs while it stops");
            }
        } catch (InterruptedException e) {
            // The refresh goes on by itself; the caller learns of the interrupt.
            Thread.currentThread().interrupt();
        }
    }

    private FrameworkWiring wiring() {
        return felix.adapt(FrameworkWiring.class);
    }

    /** Stops every bundle and the framework and deletes the cache. */
    @Override
    public void close() {
        close(STOP_MILLIS);
    }

    /** As {@link #close()}, without hope for a bundle that hangs in its start. */
    void closeStuck() {
        close(STUCK_STOP_MILLIS);
    }

    private void close(long millis) {
        try {
            felix.stop();
            felix.waitForStop(millis);
        } catch (BundleException e) {
            throw new PluginException("the plugin host did not stop: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forgetHook();
            delete(cache);
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down and the hook runs already; deleting twice does no harm.
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // A file that stays behind in the folder for temporary files does no harm.
            System.getLogger(BundleFramework.class.getName())
                    .log(System.Logger.Level.DEBUG, "left behind " + folder, e);
        }
    }
}
