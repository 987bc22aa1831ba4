// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Backend;
import dev.keyway.spi.PluginInfo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A registered backend: its id, which is never used again, the kernels for it and its open devices.
 */
final class BackendEntry {
    private final int id;
    private volatile Backend backend;
    private final PluginInfo plugin;
    private final String deviceType;
    private final int rank;
    private volatile KernelTable kernels = new KernelTable();
    private final List<DeviceImpl> devices = new CopyOnWriteArrayList<>();
    private volatile boolean gone;

    BackendEntry(int id, Backend backend, PluginInfo plugin, String deviceType, int rank) {
        this.id = id;
        this.backend = backend;
        this.plugin = plugin;
        this.deviceType = deviceType;
        this.rank = rank;
    }

    int id() {
        return id;
    }

    Backend backend() {
        return backend;
    }

    PluginInfo plugin() {
        return plugin;
    }

    int rank() {
        return rank;
    }

    String deviceType() {
        return deviceType;
    }

    KernelTable kernels() {
        return kernels;
    }

    /** Whether the kernels are for this backend's devices. */
    boolean takes(KernelLayer layer) {
        return layer.deviceType().equals(deviceType);
    }

    List<DeviceImpl> devices() {
        return devices;
    }

    boolean isGone() {
        return gone;
    }

    /** From now on every call that starts finds the devices gone. */
    void leave() {
        gone = true;
        devices.forEach(DeviceImpl::leave);
    }

    /** Lets go of the plugin's objects, when its devices are closed. */
    void forget() {
        backend = new GoneDriver(deviceType, plugin.toString());
        kernels = new KernelTable();
    }
}
