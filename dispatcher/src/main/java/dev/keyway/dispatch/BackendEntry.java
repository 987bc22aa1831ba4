// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.spi.Backend;
import dev.keyway.spi.PluginInfo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registered backend: the kernels for it and its open devices. */
final class BackendEntry {
    private volatile Backend backend;
    private final PluginInfo plugin;
    private final String deviceType;
    private volatile KernelTable kernels = new KernelTable();
    private final List<DeviceImpl> devices = new CopyOnWriteArrayList<>();
    private volatile boolean gone;

    BackendEntry(Backend backend, PluginInfo plugin, String deviceType) {
        this.backend = backend;
        this.plugin = plugin;
        this.deviceType = deviceType;
    }

    Backend backend() {
        return backend;
    }

    PluginInfo plugin() {
        return plugin;
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
