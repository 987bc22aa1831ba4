// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Operator;
import dev.keyway.spi.Kernel;
import org.jspecify.annotations.Nullable;

/** Tells tests which objects of a plugin serve, which the runtime tells nobody else. */
public final class Loaded {
    private Loaded() {}

    /** What drives the device. */
    public static Object backend(Device device) {
        return ((DeviceImpl) device).backend().backend();
    }

    /** The kernel that serves the operator on the device; null where none does. */
    public static @Nullable Kernel kernel(Operator operator, Device device, DType dtype) {
        return ((OperatorImpl) operator).slot((DeviceImpl) device, dtype).kernel();
    }
}
