// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.PluginException;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import java.util.List;

/**
 * Takes the place of a plugin's objects after it left: tensors that are still held reach their
 * device, and must not keep the plugin's classes by it.
 *
 * @param device its name
 * @param plugin who left
 */
record GoneDriver(String device, String plugin) implements DeviceDriver, Backend {
    PluginException error() {
        return new PluginException(
                "device "
                        + device
                        + " is gone: plugin "
                        + plugin
                        + " was removed or its runtime was closed");
    }

    @Override
    public boolean computes(DType dtype) {
        return false;
    }

    @Override
    public DeviceMemory memory() {
        throw error();
    }

    @Override
    public DeviceStream newStream() {
        throw error();
    }

    @Override
    public void close() {}

    @Override
    public String deviceType() {
        return device;
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return List.of();
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        throw error();
    }

    @Override
    public void register(KernelRegistry registry) {}
}
