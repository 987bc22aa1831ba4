// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/** What a kernel gets besides tensors; valid only during {@code run}, on the calling thread. */
@ProviderType
public abstract class KernelCall {
    /** For the dispatcher only. */
    protected KernelCall() {}

    /**
     * The qualified name of the operator that is being served (of the outermost composite, where
     * one calls others), for errors of asynchronous work and for traces; {@code copy} outside
     * operators.
     */
    public abstract String operatorName();

    /** The operator's attributes; immutable, may be kept. */
    public abstract Attributes attributes();

    /**
     * The driver of the device, as {@link Backend#open} returned it. Kernels are shared by the
     * devices of a backend; what differs between devices (widths, limits, contexts) is here. A
     * {@link KernelProvider} sees an object of the plugin that drives the device.
     */
    public abstract DeviceDriver driver();

    /**
     * The stream to submit to, of {@link DeviceDriver#newStream}. What belongs to a stream, as a
     * library's handle does, is best kept in it.
     */
    public abstract DeviceStream stream();

    /** The runtime's worker threads. */
    public abstract Workers workers();

    /**
     * Host scratch memory of at least {@code bytes}, aligned to 64 bytes, uninitialised, valid
     * until the kernel returns; a second call in one kernel returns different memory.
     */
    public abstract long scratch(long bytes);

    /**
     * Device memory of {@code bytes}, as a u8 tensor with one dimension, uninitialised, aligned to
     * 64 bytes. It comes from the runtime's allocator, counts against the memory limit, and is the
     * kernel's until the stream has passed what this call submits; a kernel that keeps its tensor
     * or handle longer reads another's memory. A second call in one kernel returns other memory.
     *
     * @throws dev.keyway.OutOfMemoryException when there is no room
     */
    public abstract Tensor workspace(long bytes);

    /** {@link #attributes()} as the operator's record. */
    public <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }
}
