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
    /** The runtime that this device belongs to. */
    Keyway keyway();

    /** The device type, as {@code cpu}. */
    String type();

    /** The index among the devices of this type, from 0. */
    int index();

    /** Name and index: {@code cpu:0}. */
    String name();

    /** What it is, for people: the vendor's words. */
    String description();

    /** The plugin that drives it, with its version, as {@code dev.keyway.backend.cpu 0.1.0}. */
    String plugin();

    /** Whether storage addresses on it are host addresses. */
    boolean isHost();

    /** Whether kernels can compute in the dtype; storage, copies and views work for every dtype. */
    boolean computes(DType dtype);

    /** The stream that operators of the calling thread use on this device. */
    Stream currentStream();

    /**
     * A further stream; close it after use.
     *
     * @throws PluginException when the device has left
     */
    Stream newStream();

    /** Waits until all streams of the device have finished; throws the first pending error. */
    void synchronize();

    /** Memory in use, cached and the peak, in bytes. */
    MemoryStatistics memory();

    /** Gives cached, unused memory back to the device; waits for its streams. */
    void emptyCache();
}
