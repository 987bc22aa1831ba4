// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.DeviceStatus;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import dev.keyway.spi.Services;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The backends of one runtime and their devices: registration, choice, removal. */
final class DeviceTable {
    private final KeywayRuntime runtime;
    private final Services services;
    private final long memoryLimit;
    private final List<BackendEntry> entries = new CopyOnWriteArrayList<>();
    private final List<Listed> listed = new CopyOnWriteArrayList<>();
    private final List<KernelLayer> provided = new CopyOnWriteArrayList<>();
    private int nextId;
    private long sequence;

    private record Listed(BackendEntry entry, int rank, DeviceStatus status) {}

    DeviceTable(KeywayRuntime runtime, Services services, long memoryLimit) {
        this.runtime = runtime;
        this.services = services;
        this.memoryLimit = memoryLimit;
    }

    /** Probes and opens; a device that does not open is listed with the reason. */
    synchronized Registration register(Backend backend, PluginInfo plugin) {
        BackendEntry entry = new BackendEntry(nextId++, backend, plugin);
        KernelLayer own = new KernelLayer(plugin, entry.deviceType(), 0, sequence++);
        backend.register(own);
        entry.kernels().add(own.seal());
        provided.stream().filter(entry::takes).forEach(entry.kernels()::add);
        for (DeviceDescription description : backend.probe(services)) {
            open(entry, description);
        }
        entries.add(entry);
        return () -> remove(entry);
    }

    /** Adds kernels of a plugin to the backends of their device type, present and future. */
    synchronized Registration register(KernelProvider provider, PluginInfo plugin) {
        String type = provider.deviceType();
        KernelLayer layer = new KernelLayer(plugin, type, provider.ranking(), sequence++);
        provider.register(layer);
        provided.add(layer.seal());
        change(layer, KernelTable::add);
        return () -> remove(layer);
    }

    private void remove(KernelLayer layer) {
        List<BackendEntry> changed;
        synchronized (this) {
            if (!provided.remove(layer)) {
                return;
            }
            changed = change(layer, KernelTable::remove);
        }
        runtime.threads.drain();
        Failures failures = new Failures();
        for (BackendEntry entry : changed) {
            // What was submitted before may still run the plugin's code.
            entry.devices().forEach(device -> failures.run(device::synchronizeStreams));
        }
        failures.rethrow("removing kernels of plugin " + layer.plugin() + " failed");
    }

    private List<BackendEntry> change(
            KernelLayer layer, BiConsumer<KernelTable, KernelLayer> change) {
        List<BackendEntry> changed = new ArrayList<>();
        for (BackendEntry entry : entries) {
            if (entry.takes(layer)) {
                change.accept(entry.kernels(), layer);
                runtime.operatorTable.invalidate(entry);
                changed.add(entry);
            }
        }
        return changed;
    }

    private void open(BackendEntry entry, DeviceDescription found) {
        boolean usable = found.usable();
        String reason = found.reason();
        String remedy = found.remedy();
        if (usable) {
            try {
                DeviceDriver driver = entry.backend().open(found.index(), services);
                entry.devices()
                        .add(
                                new DeviceImpl(
                                        runtime,
                                        entry,
                                        found.index(),
                                        found.description(),
                                        driver,
                                        memoryLimit));
            } catch (RuntimeException | LinkageError e) {
                usable = false;
                reason = "opening failed: " + e;
                remedy = "see the plugin's documentation, or remove " + entry.plugin();
            }
        }
        String name = entry.deviceType() + ":" + found.index();
        String plugin = entry.plugin().toString();
        DeviceStatus status =
                new DeviceStatus(name, found.description(), plugin, usable, reason, remedy);
        listed.add(new Listed(entry, entry.backend().rank(), status));
    }

    /** A plugin that never became a backend. */
    void reportProblem(PluginInfo plugin, String reason, String remedy) {
        BackendEntry none = new BackendEntry(-1, new NoBackend(), plugin);
        DeviceStatus status =
                new DeviceStatus("-", plugin.location(), plugin.toString(), false, reason, remedy);
        listed.add(new Listed(none, Integer.MIN_VALUE, status));
    }

    private void remove(BackendEntry entry) {
        synchronized (this) {
            if (entry.isGone()) {
                return;
            }
            entry.leave();
            entries.remove(entry);
            listed.removeIf(l -> l.entry == entry);
        }
        runtime.operatorTable.invalidate(entry);
        runtime.threads.drain();
        Failures failures = new Failures();
        for (DeviceImpl device : entry.devices()) {
            failures.run(device::close);
        }
        entry.forget();
        failures.rethrow("removing plugin " + entry.plugin() + " failed");
    }

    /** All open devices, best first. */
    List<DeviceImpl> open() {
        List<DeviceImpl> open = new ArrayList<>();
        entries.stream().sorted(ORDER).forEach(entry -> open.addAll(entry.devices()));
        return open;
    }

    private static final Comparator<BackendEntry> ORDER =
            Comparator.comparingInt((BackendEntry e) -> -e.backend().rank())
                    .thenComparing(e -> e.plugin().symbolicName())
                    .thenComparingInt(BackendEntry::id);

    /** The plugins of backends, then those of other kernels. */
    List<PluginInfo> plugins() {
        return Stream.concat(
                        entries.stream().map(BackendEntry::plugin),
                        provided.stream().map(KernelLayer::plugin))
                .toList();
    }

    List<DeviceStatus> status() {
        return listed.stream()
                .sorted(
                        Comparator.comparing((Listed l) -> !l.status.usable())
                                .thenComparingInt(l -> -l.rank)
                                .thenComparing(l -> l.status.name()))
                .map(Listed::status)
                .toList();
    }

    /** The device by name, {@code auto} for the best. */
    Device find(String name) {
        List<DeviceImpl> open = open();
        if (name.equals("auto")) {
            if (open.isEmpty()) {
                throw new DeviceException("no usable device: " + reasons());
            }
            return open.getFirst();
        }
        String full = name.contains(":") ? name : name + ":0";
        for (DeviceImpl device : open) {
            if (device.name().equals(full)) {
                return device;
            }
        }
        for (DeviceStatus status : status()) {
            if (status.name().equals(full)) {
                throw new DeviceException(
                        "device "
                                + full
                                + " is not usable: "
                                + status.reason()
                                + "; "
                                + status.remedy());
            }
        }
        throw new DeviceException(
                "unknown device '"
                        + name
                        + "'; usable: "
                        + open.stream().map(DeviceImpl::name).toList()
                        + (open.isEmpty() ? "; " + reasons() : ""));
    }

    private String reasons() {
        List<String> reasons = new ArrayList<>();
        for (DeviceStatus status : status()) {
            reasons.add(status.name() + " (" + status.reason() + "; " + status.remedy() + ")");
        }
        return reasons.isEmpty()
                ? "no backend plugin was found; put one on the class path, or name a folder of plugins"
                        + " with KEYWAY_PLUGINS"
                : String.join(", ", reasons);
    }

    /** Closes every device. */
    void close() {
        Failures failures = new Failures();
        for (BackendEntry entry : entries) {
            failures.run(() -> remove(entry));
        }
        failures.rethrow("closing the runtime failed");
    }

    /** Stands for a plugin without a backend. */
    private static final class NoBackend implements Backend {
        @Override
        public String deviceType() {
            return "-";
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return List.of();
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            throw new DeviceException("the plugin has no backend");
        }

        @Override
        public void register(dev.keyway.spi.KernelRegistry registry) {}
    }
}
