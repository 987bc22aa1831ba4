// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.dispatch.PluginCall;
import dev.keyway.dispatch.StuckPluginException;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.spi.Backend;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.Registration;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Starts bundles, registers what their services files name, and takes it back. */
final class Extender {
    private final Keyway keyway;
    private final BundleFramework framework;
    private final Duration limit;

    Extender(Keyway keyway, BundleFramework framework, Duration limit) {
        this.keyway = keyway;
        this.framework = framework;
        this.limit = limit;
    }

    /** For code of the plugin, on a thread by which its own threads can be told. */
    private PluginCall call(Plugin plugin, Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return new PluginCall(
                plugin.info(), wiring == null ? null : wiring.getClassLoader(), limit);
    }

    /** Starts the plugin; what is wrong with it, or null. */
    @Nullable Failure start(Plugin plugin, Bundle bundle) {
        Failure failure = resolve(plugin, bundle);
        if (failure == null) {
            plugin.active();
            failure = registerAll(plugin, bundle);
        }
        if (failure != null) {
            plugin.failed(failure);
        }
        if (plugin.state() == Plugin.State.FAILED) {
            halt(plugin, bundle);
        }
        return failure;
    }

    private @Nullable Failure resolve(Plugin plugin, Bundle bundle) {
        if (isFragment(bundle)) {
            return null;
        }
        // Resolved first, so that it has the class loader that its threads are told by.
        framework.resolve(bundle);
        try {
            call(plugin, bundle).run("start", bundle::start);
            return null;
        } catch (StuckPluginException e) {
            plugin.stuckInStart();
            return Failure.of("starting it", e);
        } catch (PluginException e) {
            return Failure.of("starting it", e);
        } catch (BundleException e) {
            if (e.getType() != BundleException.RESOLVE_ERROR) {
                return Failure.of("starting it", e.getCause() == null ? e : e.getCause());
            }
            Failure unresolved = new Unresolved(framework).explain(bundle);
            return unresolved == null ? Failure.of("resolving it", e) : unresolved;
        }
    }

    private @Nullable Failure registerAll(Plugin plugin, Bundle bundle) {
        Failure failure = null;
        boolean named = false;
        for (ServiceFile<?> file : ServiceFile.ALL) {
            List<String> names;
            try {
                names = file.classNames(bundle);
            } catch (IOException e) {
                return Failure.of("reading " + file.path(), e);
            }
            named |= !names.isEmpty();
            for (String name : names) {
                Failure own = register(file, plugin, bundle, name);
                failure = failure == null ? own : failure;
            }
        }
        if (!named && !isLibrary(bundle)) {
            return new Failure(
                    "it names no backend, operators or kernels: there is no class in "
                            + ServiceFile.paths(),
                    "name the backend's class in the file for it, or remove the jar");
        }
        return failure;
    }

    @SuppressWarnings("CatchingUnchecked")
    private @Nullable Failure register(
            ServiceFile<?> file, Plugin plugin, Bundle bundle, String name) {
        Object service;
        try {
            service =
                    call(plugin, bundle).call("constructor", () -> file.instantiate(bundle, name));
        } catch (InvocationTargetException e) {
            return Failure.of("the constructor of " + name, e.getTargetException());
        } catch (PluginException e) {
            return Failure.of("the constructor of " + name, e);
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            return Failure.of("creating " + name, e);
        }
        try {
            switch (service) {
                case OperatorFamily family -> register(plugin, bundle, family);
                case Backend backend ->
                        plugin.activate(name, keyway.register(backend, plugin.info()));
                case KernelProvider provider ->
                        plugin.keep(keyway.register(provider, plugin.info()));
                default -> throw new AssertionError(service);
            }
            return null;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Exception | Error e) {
            return Failure.of("registering " + name, e);
        }
    }

    private void register(Plugin plugin, Bundle bundle, OperatorFamily family) {
        List<OperatorDefinition> definitions =
                call(plugin, bundle).call("definitions", family::definitions);
        if (definitions == null) {
            throw new PluginException(
                    plugin.info() + ": definitions returned null, expected a list of operators");
        }
        for (OperatorDefinition definition : definitions) {
            if (definition == null) {
                throw new PluginException(plugin.info() + ": a definition is null");
            }
            plugin.keep(keyway.register(definition, plugin.info()));
        }
    }

    /** Whether the bundle serves others instead of naming a backend. */
    private static boolean isLibrary(Bundle bundle) {
        if (isFragment(bundle)) {
            return true;
        }
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        return wiring != null && !wiring.getProvidedWires(null).isEmpty();
    }

    /** Stops the plugin; what went wrong, or null. It is stopped in any case. */
    @SuppressWarnings("CatchingUnchecked")
    @Nullable Failure stop(Plugin plugin, Bundle bundle) {
        Failure failure = null;
        for (Registration registration : plugin.takeRegistrations()) {
            try {
                registration.close();
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Exception | Error e) {
                failure = Failure.of("taking back what it brought", e);
            }
        }
        Failure halted = halt(plugin, bundle);
        plugin.stopped();
        return failure == null ? halted : failure;
    }

    /** Threads that a plugin which was stopped left behind, or null. */
    @Nullable Failure leaked(Bundle bundle) {
        long versions =
                framework.bundles().stream()
                        .filter(other -> isNamed(other, bundle.getSymbolicName()))
                        .count();
        return isFragment(bundle) ? null : new LeakedThreads(bundle, versions == 1).find();
    }

    private static boolean isNamed(Bundle bundle, @Nullable String name) {
        return Objects.equals(bundle.getSymbolicName(), name);
    }

    private @Nullable Failure halt(Plugin plugin, Bundle bundle) {
        if (isFragment(bundle) || plugin.isStuckInStart()) {
            return null;
        }
        try {
            call(plugin, bundle).run("stop", bundle::stop);
            return null;
        } catch (BundleException e) {
            return Failure.of("stopping it", e.getCause() == null ? e : e.getCause());
        } catch (PluginException e) {
            return Failure.of("stopping it", e);
        }
    }

    private static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }
}
