// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.DType;

/** An open device. Methods may be called by any thread; {@link #close} once, after all streams. */
public interface DeviceDriver extends AutoCloseable {
    /** Whether kernels compute in the dtype; all dtypes must work as storage. */
    boolean computes(DType dtype);

    /** The device's memory; host devices return {@link Services#hostMemory()}. */
    DeviceMemory memory();

    /** A new in-order queue; synchronous devices return {@link DeviceStream#SYNCHRONOUS}. */
    DeviceStream newStream();

    /** Releases everything. */
    @Override
    void close();
}
