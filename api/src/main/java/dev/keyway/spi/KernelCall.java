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

    /** The stream to submit to. */
    public abstract DeviceStream stream();

    /** The runtime's worker threads. */
    public abstract Workers workers();

    /**
     * Host scratch memory of at least {@code bytes}, aligned to 64 bytes, uninitialised, valid
     * until the kernel returns; a second call in one kernel returns different memory.
     */
    public abstract long scratch(long bytes);

    /**
     * Device memory, u8, of the size that the kernel's plan named, uninitialised; it is the
     * kernel's until the stream has passed.
     *
     * @throws IllegalStateException for a kernel that is no {@link PlannedKernel}
     */
    public abstract Tensor workspace();

    /** {@link #attributes()} as the operator's record. */
    public <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }
}
