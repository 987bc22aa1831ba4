// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Device;

/**
 * Tells the tests which object of a plugin drives a device, which the runtime tells nobody else.
 */
public final class LoadedBackend {
    private LoadedBackend() {}

    /** What drives the device. */
    public static Object of(Device device) {
        return ((DeviceImpl) device).backend().backend();
    }

    /** The open device. */
    public static Object driver(Device device) {
        return ((DeviceImpl) device).driver();
    }
}
