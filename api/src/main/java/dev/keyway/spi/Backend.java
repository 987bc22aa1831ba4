// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import java.util.List;

/**
 * A vendor's plugin: a class with a public constructor without arguments, named in {@code
 * META-INF/services/dev.keyway.spi.Backend}. The runtime calls {@link #register} first, which only
 * names kernels, then {@link #probe}, and {@link #open} for the usable devices. Methods are called
 * by one thread at a time.
 */
public interface Backend {
    /** The device type, lower case: {@code cpu}, {@code acme}. */
    String deviceType();

    /**
     * The devices that this plugin can drive, and those it can't with reason and remedy. Must not
     * fail: what is missing is a reason. It only lists: nothing is created on the devices.
     */
    List<DeviceDescription> probe(Services services);

    /**
     * Opens the device with this index of {@link #probe}; the runtime closes it. What it throws
     * becomes the reason for which the device is not usable. Every usable device is opened when the
     * runtime opens, whether anybody computes on it or not: what takes long or holds memory of the
     * device (a context, a queue, a library's handle) is better created when the driver's memory or
     * a stream is first used.
     */
    DeviceDriver open(int index, Services services);

    /** Names the kernels; they are created when first needed. */
    void register(KernelRegistry registry);
}
