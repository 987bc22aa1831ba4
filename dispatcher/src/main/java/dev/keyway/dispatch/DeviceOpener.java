// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceStatus;
import dev.keyway.PluginException;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a backend for its devices and opens them, within a time limit. Whatever it answers, throws
 * or does not answer becomes a status that names it; a device that is not as it must be is refused,
 * the others go on.
 */
final class DeviceOpener {
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]*");
    private static final String ASK = "ask the plugin's vendor, or remove the plugin";

    private final KeywayRuntime runtime;
    private final Services services;
    private final long memoryLimit;
    private final Duration limit;
    private final DeviceNames names = new DeviceNames();

    /** Of tables by device; a device's number is never used again. */
    private final AtomicInteger rows = new AtomicInteger();

    DeviceOpener(KeywayRuntime runtime, Services services, long memoryLimit, Duration limit) {
        this.runtime = runtime;
        this.services = services;
        this.memoryLimit = memoryLimit;
        this.limit = limit;
    }

    /** For code of the plugin. */
    PluginCall call(PluginInfo plugin, Object service) {
        return new PluginCall(plugin, service.getClass().getClassLoader(), limit);
    }

    /** The backend with its kernels, without devices. */
    BackendEntry describe(Backend backend, PluginInfo plugin, long sequence) {
        PluginCall call = call(plugin, backend);
        String type = type(plugin, call.call("deviceType", backend::deviceType));
        KernelLayer own = new KernelLayer(plugin, type, 0, sequence);
        call.run("register", () -> backend.register(own));
        BackendEntry entry = new BackendEntry(backend, plugin, type);
        entry.kernels().add(own.seal());
        return entry;
    }

    /** A device type that can be part of a name. */
    static String type(PluginInfo plugin, @Nullable String type) {
        if (type == null || !TYPE.matcher(type).matches()) {
            throw new PluginException(
                    plugin
                            + ": its device type is "
                            + (type == null ? "null" : "'" + type + "'")
                            + ", expected lower-case letters, digits, - and _");
        }
        return type;
    }

    /** Probes and opens each device that is named. */
    List<ListedDevice> open(BackendEntry entry) {
        PluginInfo plugin = entry.plugin();
        List<DeviceDescription> found =
                call(plugin, entry.backend())
                        .call("probe", () -> copy(entry.backend().probe(services)));
        if (found == null) {
            throw new PluginException(plugin + ": probe returned null, expected a list of devices");
        }
        Set<Integer> seen = new HashSet<>();
        List<ListedDevice> listed = new ArrayList<>();
        for (DeviceDescription description : found) {
            int rank = description == null ? 0 : description.rank();
            listed.add(new ListedDevice(entry, rank, open(entry, description, seen)));
        }
        return listed;
    }

    /** Its own list: that of the plugin may change, and may fail when it is read. */
    private static @Nullable List<DeviceDescription> copy(@Nullable List<DeviceDescription> found) {
        return found == null ? null : new ArrayList<>(found);
    }

    private DeviceStatus open(
            BackendEntry entry, @Nullable DeviceDescription found, Set<Integer> seen) {
        if (found == null) {
            return refused(entry, "?", "", "probe named a device that is null", ASK);
        }
        String index = Integer.toString(found.index());
        String description = Objects.requireNonNullElse(found.description(), "");
        if (found.index() < 0 || !seen.add(found.index())) {
            String what = found.index() < 0 ? "is negative" : "is there twice";
            return refused(entry, index, description, "the index " + index + ' ' + what, ASK);
        }
        if (!found.usable()) {
            return refused(
                    entry,
                    index,
                    description,
                    Objects.requireNonNullElse(found.reason(), "the plugin gives no reason"),
                    Objects.requireNonNullElse(found.remedy(), ASK));
        }
        try {
            DeviceImpl device = open(entry, found);
            entry.devices().add(device);
            return new DeviceStatus(
                    device.name(),
                    description,
                    entry.plugin().toString(),
                    true,
                    Objects.requireNonNullElse(found.reason(), ""),
                    "");
        } catch (RuntimeException | LinkageError e) {
            String reason =
                    "opening failed: " + (e instanceof PluginException p ? p.getMessage() : e);
            String remedy = "see the plugin's documentation, or remove " + entry.plugin();
            return refused(entry, index, description, reason, remedy);
        }
    }

    private static DeviceStatus refused(
            BackendEntry entry, String index, String description, String reason, String remedy) {
        String name = entry.deviceType() + ":" + index;
        String plugin = entry.plugin().toString();
        return new DeviceStatus(name, description, plugin, false, reason, remedy);
    }

    private DeviceImpl open(BackendEntry entry, DeviceDescription found) {
        int ownIndex = found.index();
        int index = names.take(entry.deviceType(), ownIndex);
        boolean opened = false;
        try {
            String step = "open of device " + ownIndex;
            DeviceImpl device =
                    call(entry.plugin(), entry.backend())
                            .call(step, () -> create(entry, found, index));
            opened = true;
            return device;
        } finally {
            if (!opened) {
                names.giveBack(entry.deviceType(), index);
            }
        }
    }

    /** On the plugin's thread: whatever it answers is asked for here. */
    private DeviceImpl create(BackendEntry entry, DeviceDescription found, int index) {
        DeviceDriver driver = entry.backend().open(found.index(), services);
        if (driver == null) {
            throw new PluginException(entry.plugin() + ": open returned null, expected a driver");
        }
        boolean created = false;
        try {
            check(entry.plugin(), driver.memory());
            DeviceImpl device =
                    new DeviceImpl(
                            runtime,
                            entry,
                            new DeviceImpl.Place(index, rows.getAndIncrement()),
                            found,
                            driver,
                            memoryLimit);
            created = true;
            return device;
        } finally {
            if (!created) {
                driver.close();
            }
        }
    }

    private static void check(PluginInfo plugin, @Nullable DeviceMemory memory) {
        if (memory == null) {
            throw new PluginException(plugin + ": the driver's memory is null");
        }
        if (memory.capacity() <= 0) {
            throw new PluginException(
                    plugin
                            + ": the memory's capacity is "
                            + memory.capacity()
                            + " bytes, expected a positive number");
        }
    }

    /** Closes the device of a plugin that has left, and frees its name. */
    void close(DeviceImpl device) {
        try {
            call(device.backend().plugin(), device.backend().backend())
                    .run("close of " + device.name(), device::close);
        } finally {
            names.giveBack(device.type(), device.index());
        }
    }
}
