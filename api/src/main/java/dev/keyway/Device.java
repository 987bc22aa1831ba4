// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One device that a backend plugin drives, of one {@link Keyway}. Devices are compared by identity;
 * after its plugin left, a device stays a valid object whose use fails with {@link
 * PluginException}. Safe for any thread.
 */
@ProviderType
public interface Device {
    /** {@return the runtime that this device belongs to} */
    Keyway keyway();

    /** {@return the device type, as {@code cpu}} */
    String type();

    /** {@return the index among the devices of this type, from 0} */
    int index();

    /** {@return name and index: {@code cpu:0}} */
    String name();

    /** {@return what it is, for people: the vendor's words} */
    String description();

    /**
     * {@return the plugin that drives it, with its version, as {@code dev.keyway.backend.cpu
     * 0.1.0}}
     */
    String plugin();

    /** {@return whether storage addresses on it are host addresses} */
    boolean isHost();

    /**
     * {@return whether kernels can compute in the dtype; storage, copies and views work for every
     * dtype}
     *
     * @param dtype the dtype to compute in
     */
    boolean computes(DType dtype);

    /** {@return the stream that operators of the calling thread use on this device} */
    Stream currentStream();

    /**
     * {@return a further stream; close it after use}
     *
     * @throws PluginException when the device has left
     */
    Stream newStream();

    /** Waits until all streams of the device have finished; throws the first pending error. */
    void synchronize();

    /** {@return memory in use, cached and the peak, in bytes} */
    MemoryStatistics memory();

    /** Gives cached, unused memory back to the device; waits for its streams. */
    void emptyCache();
}
