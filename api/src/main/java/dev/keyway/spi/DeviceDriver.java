// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.DType;

/** An open device. Methods may be called by any thread; {@link #close} once, after all streams. */
public interface DeviceDriver extends AutoCloseable {
    /**
     * {@return whether kernels compute in the dtype; all dtypes must work as storage}
     *
     * @param dtype the dtype
     */
    boolean computes(DType dtype);

    /**
     * {@return whether the same calls on the same inputs give the same bits in every run with this
     * version of the plugin, whatever the number of threads; for the policy {@code deterministic}}
     */
    default boolean isDeterministic() {
        return false;
    }

    /** {@return the device's memory; host devices return {@link Services#hostMemory()}} */
    DeviceMemory memory();

    /**
     * {@return a new in-order queue; synchronous devices return {@link DeviceStream#SYNCHRONOUS}}
     */
    DeviceStream newStream();

    /** Releases everything. */
    @Override
    void close();
}
