// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceRequirement;
import dev.keyway.FallbackPolicy;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.PluginException;
import dev.keyway.spi.Backend;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.PluginSource;
import dev.keyway.spi.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Opens runtimes; found by {@code ServiceLoader}. */
public final class RuntimeBuilder implements KeywayBuilder {
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Path plugins;
    private final List<Backend> backends = new ArrayList<>();
    private boolean classPathBackends = true;
    private FallbackPolicy policy = FallbackPolicy.DENY;
    private long memoryLimit = Long.MAX_VALUE;
    private Duration pluginLimit = PluginCall.DEFAULT_LIMIT;
    private @Nullable Path trust;
    private final List<DeviceRequirement> requirements = new ArrayList<>();
    private @Nullable String device;
    private @Nullable Path benchmarks = DeviceBenchmark.defaultFile();
    private long seed;

    /** For {@code ServiceLoader}. */
    public RuntimeBuilder() {
        String folder = System.getenv("KEYWAY_PLUGINS");
        plugins = folder == null || folder.isBlank() ? null : Path.of(folder);
        String file = System.getenv("KEYWAY_TRUST");
        trust = file == null || file.isBlank() ? null : Path.of(file);
    }

    @Override
    public KeywayBuilder threads(int count) {
        if (count < 1) {
            throw new dev.keyway.ArgumentException("threads: at least 1 is needed, got " + count);
        }
        threads = count;
        return this;
    }

    @Override
    public KeywayBuilder plugins(Path directory) {
        plugins = directory;
        return this;
    }

    @Override
    public KeywayBuilder pluginTimeLimit(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new dev.keyway.ArgumentException(
                    "pluginTimeLimit: a positive duration is needed, got " + limit);
        }
        pluginLimit = limit;
        return this;
    }

    @Override
    public KeywayBuilder trust(Path file) {
        trust = file;
        return this;
    }

    @Override
    public KeywayBuilder device(String wish) {
        device = wish;
        return this;
    }

    @Override
    public KeywayBuilder require(DeviceRequirement requirement) {
        requirements.add(requirement);
        return this;
    }

    @Override
    public KeywayBuilder benchmarks(Path file) {
        benchmarks = file;
        return this;
    }

    @Override
    public KeywayBuilder backend(Backend backend) {
        backends.add(backend);
        return this;
    }

    @Override
    public KeywayBuilder classPathBackends(boolean enabled) {
        classPathBackends = enabled;
        return this;
    }

    @Override
    public KeywayBuilder fallback(FallbackPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    @Override
    public KeywayBuilder memoryLimit(long bytes) {
        memoryLimit = bytes;
        return this;
    }

    @Override
    public KeywayBuilder seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    @Override
    public Keyway open() {
        KeywayRuntime runtime =
                new KeywayRuntime(
                        new RuntimeOptions(
                                threads,
                                policy,
                                memoryLimit,
                                pluginLimit,
                                seed,
                                device,
                                List.copyOf(requirements),
                                benchmarks));
        try {
            for (Backend backend : backends) {
                register(runtime, backend, runtime::register);
            }
            if (classPathBackends) {
                registerClassPath(runtime);
            }
            if (plugins != null) {
                loadPlugins(runtime, plugins);
            }
            return runtime;
        } catch (RuntimeException | Error e) {
            runtime.close();
            throw e;
        }
    }

    private static void registerClassPath(KeywayRuntime runtime) {
        registerClassPath(runtime, Backend.class, runtime::register);
        registerClassPath(runtime, KernelProvider.class, runtime::register);
    }

    private static <S> void registerClassPath(
            KeywayRuntime runtime, Class<S> service, BiConsumer<S, PluginInfo> register) {
        Iterator<S> found =
                ServiceLoader.load(service, RuntimeBuilder.class.getClassLoader()).iterator();
        boolean more = true;
        while (more) {
            try {
                more = found.hasNext();
                if (more) {
                    register(runtime, found.next(), register);
                }
            } catch (ServiceConfigurationError e) {
                PluginInfo plugin = new PluginInfo("class-path", "0", "class path");
                String remedy = "fix or remove the entry in META-INF/services";
                runtime.devices.reportProblem(plugin, String.valueOf(e.getMessage()), remedy);
            }
        }
    }

    private static <S> void register(
            KeywayRuntime runtime, S service, BiConsumer<S, PluginInfo> register) {
        Class<?> type = service.getClass();
        Package of = type.getPackage();
        String version = of == null ? null : of.getImplementationVersion();
        PluginInfo plugin =
                new PluginInfo(
                        type.getPackageName(), version == null ? "0" : version, "class path");
        try {
            register.accept(service, plugin);
        } catch (RuntimeException | LinkageError e) {
            runtime.devices.reportProblem(
                    plugin, "registration failed: " + e, "fix or remove " + type.getName());
        }
    }

    private void loadPlugins(KeywayRuntime runtime, Path directory) {
        PluginSource source =
                ServiceLoader.load(PluginSource.class, RuntimeBuilder.class.getClassLoader())
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new PluginException(
                                                "loading plugins from "
                                                        + directory
                                                        + " needs the artifact"
                                                        + " dev.keyway:keyway-host on the class"
                                                        + " path"));
        Registration loaded =
                source.load(
                        runtime,
                        new PluginSource.Folder(directory, pluginLimit, trust),
                        runtime.devices::reportProblem);
        runtime.own(loaded);
    }
}
