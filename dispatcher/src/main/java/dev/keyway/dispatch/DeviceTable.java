// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceStatus;
import dev.keyway.spi.Backend;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The backends of one runtime and their devices: registration, choice, removal. */
final class DeviceTable {
    private final KeywayRuntime runtime;
    private final DeviceOpener opener;
    private final List<BackendEntry> entries = new CopyOnWriteArrayList<>();
    private final List<ListedDevice> listed = new CopyOnWriteArrayList<>();
    private final List<KernelLayer> provided = new CopyOnWriteArrayList<>();
    private final AtomicLong sequence = new AtomicLong();

    DeviceTable(KeywayRuntime runtime, DeviceOpener opener) {
        this.runtime = runtime;
        this.opener = opener;
    }

    /** Probes and opens; a device that does not open is listed with the reason. */
    Registration register(Backend backend, PluginInfo plugin) {
        BackendEntry entry = opener.describe(backend, plugin, sequence.getAndIncrement());
        List<ListedDevice> found = opener.open(entry);
        synchronized (this) {
            provided.stream().filter(entry::takes).forEach(entry.kernels()::add);
            entries.add(entry);
            listed.addAll(found);
        }
        return () -> remove(entry);
    }

    /** Adds kernels of a plugin to the backends of their device type, present and future. */
    Registration register(KernelProvider provider, PluginInfo plugin) {
        PluginCall call = opener.call(plugin, provider);
        String type = DeviceOpener.type(plugin, call.call("deviceType", provider::deviceType));
        int ranking = call.call("ranking", provider::ranking);
        KernelLayer layer = new KernelLayer(plugin, type, ranking, sequence.getAndIncrement());
        call.run("register", () -> provider.register(layer));
        synchronized (this) {
            provided.add(layer.seal());
            change(layer, KernelTable::add);
        }
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
            PluginCall call = opener.call(entry.plugin(), entry.backend());
            for (DeviceImpl device : entry.devices()) {
                failures.run(() -> call.run("synchronize", device::synchronizeUnlessGone));
            }
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

    /** A plugin that never became a backend. */
    void reportProblem(PluginInfo plugin, String reason, String remedy) {
        DeviceStatus status =
                new DeviceStatus("-", plugin.location(), plugin.toString(), false, reason, remedy);
        listed.add(new ListedDevice(null, Integer.MIN_VALUE, status));
    }

    private void remove(BackendEntry entry) {
        synchronized (this) {
            if (entry.isGone()) {
                return;
            }
            entry.leave();
            entries.remove(entry);
            listed.removeIf(l -> l.entry() == entry);
        }
        runtime.operatorTable.invalidate(entry);
        runtime.threads.drain();
        Failures failures = new Failures();
        for (DeviceImpl device : entry.devices()) {
            failures.run(() -> opener.close(device));
        }
        entry.forget();
        failures.rethrow("removing plugin " + entry.plugin() + " failed");
    }

    /** All open devices, best first. */
    List<DeviceImpl> open() {
        List<DeviceImpl> open = new ArrayList<>();
        entries.stream()
                .filter(entry -> !entry.isGone())
                .forEach(entry -> open.addAll(entry.devices()));
        open.sort(ORDER);
        return open;
    }

    private static final Comparator<DeviceImpl> ORDER =
            Comparator.comparingInt(DeviceImpl::rank)
                    .reversed()
                    .thenComparing(d -> d.backend().plugin().symbolicName())
                    .thenComparing(d -> d.backend().plugin().version(), Versions.NEWEST_FIRST)
                    .thenComparingInt(DeviceImpl::row);

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
                        Comparator.comparing((ListedDevice l) -> !l.status().usable())
                                .thenComparing(ListedDevice::rank, Comparator.reverseOrder())
                                .thenComparing(l -> l.status().name()))
                .map(ListedDevice::status)
                .toList();
    }

    /** Closes every device. */
    void close() {
        Failures failures = new Failures();
        for (BackendEntry entry : entries) {
            failures.run(() -> remove(entry));
        }
        failures.rethrow("closing the runtime failed");
    }
}
