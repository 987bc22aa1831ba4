// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.Keyway;
import dev.keyway.PluginException;
import dev.keyway.spi.PluginSource.Problems;
import dev.keyway.spi.Registration;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Installs, starts, stops, updates and uninstalls backend plugins while a {@link Keyway} is open. A
 * plugin is an OSGi bundle whose files {@code META-INF/services/dev.keyway.spi.Backend}, {@code
 * dev.keyway.operator.OperatorFamily} and {@code dev.keyway.spi.KernelProvider} name what it
 * brings; starting it registers that, stopping it takes it back. A plugin that does not work stays
 * in {@link #list} with reason and remedy, is reported to {@link Problems}, and never disturbs the
 * others.
 *
 * <p>Close it before or with the runtime. Safe for any thread; one change happens at a time.
 */
public final class PluginHost implements Registration {
    private final BundleFramework framework;
    private final Extender extender;
    private final Problems problems;
    private final Trust trust;
    private final List<Plugin> plugins = new ArrayList<>();
    private boolean closed;

    private PluginHost(
            Keyway keyway, Problems problems, HostOptions options, BundleFramework framework) {
        this.framework = framework;
        this.problems = problems;
        this.trust = options.trust();
        this.extender = new Extender(keyway, framework, options.timeLimit());
    }

    /** The version of the API's packages, which the plugins' imports are checked against. */
    public static String apiVersion() {
        return SystemPackages.API_VERSION;
    }

    /**
     * A host without plugins.
     *
     * @param keyway where backends are registered
     * @param problems is told of each plugin that does not work, on the thread that made the change
     * @throws PluginException when the OSGi framework does not start
     */
    public static PluginHost open(Keyway keyway, Problems problems) {
        return open(keyway, problems, HostOptions.DEFAULT);
    }

    /** As {@link #open(Keyway, Problems)}, with options. */
    public static PluginHost open(Keyway keyway, Problems problems, HostOptions options) {
        return open(keyway, problems, options, Machine.detect());
    }

    static PluginHost open(Keyway keyway, Problems problems, HostOptions options, Machine machine) {
        return new PluginHost(keyway, problems, options, BundleFramework.start(machine));
    }

    /**
     * Installs and starts every {@code *.jar} of the folder: by symbolic name and, of several
     * versions of a plugin, the newest first, whatever the files are called.
     *
     * @return the plugins, working or not
     * @throws PluginException when the folder can't be read
     */
    public synchronized List<Plugin> installAll(Path directory) {
        List<Plugin> added = new ArrayList<>();
        for (Path jar : jars(directory)) {
            added.add(install(jar));
        }
        // All are installed before one starts, as they may import each other's packages.
        added.stream()
                .filter(plugin -> plugin.state() == Plugin.State.INSTALLED)
                .sorted(ORDER)
                .forEach(this::start);
        return List.copyOf(added);
    }

    private static final Comparator<Plugin> ORDER =
            Comparator.comparing((Plugin plugin) -> plugin.info().symbolicName())
                    .thenComparing(
                            plugin -> Version.parseVersion(plugin.info().version()),
                            Comparator.reverseOrder());

    /**
     * Installs a jar without starting it; what is no bundle or not trusted comes back {@code
     * FAILED}.
     */
    public synchronized Plugin install(Path jar) {
        requireOpen();
        BundleJar content = read(jar);
        Plugin plugin = installed(content);
        plugins.add(plugin);
        return plugin;
    }

    /** What is judged is a copy, so that nobody can change it before it is loaded. */
    private BundleJar read(Path jar) {
        BundleJar seen = BundleJar.read(jar);
        if (!trust.isRequired() || seen.failure() != null) {
            return seen;
        }
        try {
            Path copy = framework.scratch();
            Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
            BundleJar content = BundleJar.read(copy).at(jar);
            Verdict verdict = trust.check(copy, String.valueOf(jar.getFileName()));
            return verdict.trusted()
                    ? content
                    : content.refused(new Failure(verdict.reason(), verdict.remedy()));
        } catch (IOException | PluginException e) {
            return seen.refused(Failure.of("judging whether it is trusted", e));
        }
    }

    private Plugin installed(BundleJar jar) {
        if (jar.failure() != null) {
            return failed(new Plugin(jar, null), jar.failure());
        }
        for (Plugin other : plugins) {
            if (other.bundle() != null && isSame(other, jar)) {
                return failed(
                        new Plugin(jar, null),
                        new Failure(
                                jar.info()
                                        + " is already installed from "
                                        + other.info().location(),
                                "remove one of the two, or update the first"));
            }
        }
        try {
            return new Plugin(jar, framework.install(jar.path(), jar.info().location()));
        } catch (BundleException | IOException e) {
            return failed(new Plugin(jar, null), Failure.of("installing it", e));
        }
    }

    private static boolean isSame(Plugin plugin, BundleJar jar) {
        return plugin.info().location().equals(jar.info().location())
                || plugin.info().toString().equals(jar.info().toString());
    }

    /** Resolves the plugin's imports and registers what it brings; no effect when it is active. */
    public synchronized void start(Plugin plugin) {
        requireOpen();
        requireHalted(plugin);
        Bundle bundle = requireInstalled(plugin);
        if (plugin.state() != Plugin.State.ACTIVE) {
            report(plugin, extender.start(plugin, bundle));
        }
    }

    /** Takes back what the plugin brought; its devices and their tensors become unusable. */
    public synchronized void stop(Plugin plugin) {
        requireOpen();
        requireHalted(plugin);
        Bundle bundle = requireInstalled(plugin);
        report(plugin, extender.stop(plugin, bundle));
        report(plugin, extender.leaked(bundle));
    }

    /**
     * Replaces the plugin by another version of it; an active one is active afterwards.
     *
     * @param jar the new version, under the same symbolic name
     * @throws PluginException when the jar is no bundle, another plugin or not trusted; the running
     *     version stays
     */
    public synchronized void update(Plugin plugin, Path jar) {
        requireOpen();
        Bundle bundle = requireInstalled(plugin);
        requireHalted(plugin);
        BundleJar content = read(jar);
        content.requireUsable();
        if (!content.info().symbolicName().equals(plugin.info().symbolicName())) {
            throw new PluginException(
                    content.path()
                            + " is "
                            + content.info()
                            + ", expected another version of "
                            + plugin.info()
                            + "; install it as a plugin of its own");
        }
        boolean failedBefore = plugin.state() == Plugin.State.FAILED;
        List<Plugin> affected = quiesce(bundle);
        report(plugin, extender.leaked(bundle));
        try (InputStream stream = Files.newInputStream(content.path())) {
            bundle.update(stream);
            plugin.updated(content);
        } catch (BundleException | IOException e) {
            throw new PluginException(
                    "updating "
                            + plugin.info()
                            + " from "
                            + content.path()
                            + " failed: "
                            + e.getMessage()
                            + "; the version before stays",
                    e);
        } finally {
            framework.refresh(List.of(bundle));
            RecordMethods.forgetPlugins();
            affected.forEach(this::start);
        }
        if (failedBefore) {
            start(plugin);
        }
    }

    /** Takes the plugin out; its classes can be collected once nobody else holds them. */
    public synchronized void uninstall(Plugin plugin) {
        requireOpen();
        Bundle bundle = plugin.bundle();
        if (bundle != null && !plugin.isStuckInStart()) {
            List<Plugin> affected = quiesce(bundle);
            affected.remove(plugin);
            report(plugin, extender.leaked(bundle));
            try {
                bundle.uninstall();
            } catch (BundleException e) {
                throw new PluginException(
                        "uninstalling " + plugin.info() + " failed: " + e.getMessage(), e);
            } finally {
                framework.refresh(List.of(bundle));
                RecordMethods.forgetPlugins();
                affected.forEach(this::start);
            }
        }
        plugin.uninstalled();
        plugins.remove(plugin);
    }

    /** Stops the bundle's plugin and those that use its classes; returns those that were active. */
    private List<Plugin> quiesce(Bundle bundle) {
        Collection<Bundle> users = framework.dependents(bundle);
        List<Plugin> active = new ArrayList<>();
        for (Plugin plugin : plugins.reversed()) {
            Bundle own = plugin.bundle();
            if (own != null && users.contains(own) && plugin.state() == Plugin.State.ACTIVE) {
                report(plugin, extender.stop(plugin, own));
                active.addFirst(plugin);
            }
        }
        return active;
    }

    /** Every plugin that was installed and not uninstalled, working or not, in that order. */
    public synchronized List<Plugin> list() {
        return List.copyOf(plugins);
    }

    /** Stops all plugins, the last first, and the framework. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean stuck = plugins.stream().anyMatch(Plugin::isStuckInStart);
        try {
            for (Plugin plugin : plugins.reversed()) {
                Bundle bundle = plugin.bundle();
                if (bundle != null) {
                    report(plugin, extender.stop(plugin, bundle));
                    plugin.uninstalled();
                }
            }
        } finally {
            if (stuck) {
                framework.closeStuck();
            } else {
                framework.close();
            }
            RecordMethods.forgetPlugins();
        }
    }

    private Plugin failed(Plugin plugin, Failure failure) {
        plugin.failed(failure);
        report(plugin, failure);
        return plugin;
    }

    private void report(Plugin plugin, @Nullable Failure failure) {
        if (failure != null) {
            problems.report(plugin.info(), failure.reason(), failure.remedy());
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new PluginException("the plugin host is closed; open another one");
        }
    }

    private static void requireHalted(Plugin plugin) {
        if (plugin.isStuckInStart()) {
            throw new PluginException(
                    plugin.info() + " hangs in its start and can't be changed: " + plugin.reason());
        }
    }

    private static Bundle requireInstalled(Plugin plugin) {
        Bundle bundle = plugin.bundle();
        if (bundle == null) {
            String reason = plugin.reason().isEmpty() ? "it was uninstalled" : plugin.reason();
            throw new PluginException(plugin.info() + " is not installed: " + reason);
        }
        return bundle;
    }

    /** The jars of a folder, by name. */
    static List<Path> jars(Path directory) {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            files.forEach(jars::add);
        } catch (NotDirectoryException e) {
            throw unreadable(directory, "it is no folder", e);
        } catch (NoSuchFileException e) {
            throw unreadable(directory, "there is no such folder", e);
        } catch (IOException | DirectoryIteratorException e) {
            throw unreadable(directory, String.valueOf(e.getMessage()), e);
        }
        jars.sort(null);
        return jars;
    }

    private static PluginException unreadable(Path directory, String why, Exception cause) {
        return new PluginException(
                "the plugin folder "
                        + directory.toAbsolutePath()
                        + " can't be read: "
                        + why
                        + "; name the folder with the plugins' jars",
                cause);
    }
}
