// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.Tensor;

/** What a kernel gets besides tensors; valid only during {@code run}, on the calling thread. */
public abstract class KernelCall {
    /** For the dispatcher only. */
    protected KernelCall() {}

    /**
     * {@return the qualified name of the operator that is being served (of the outermost composite, where
     * one calls others), for errors of asynchronous work and for traces; {@code copy} outside
     * operators}
     */
    public abstract String operatorName();

    /**
     * The operator's attributes; immutable, may be kept.
     *
     * @return the record
     */
    public abstract Attributes attributes();

    /** {@return the stream to submit to} */
    public abstract DeviceStream stream();

    /** {@return the runtime's worker threads} */
    public abstract Workers workers();

    /**
     * {@return host scratch memory of at least {@code bytes}, aligned to 64 bytes, uninitialised, valid
     * until the kernel returns; a second call in one kernel returns different memory}
     *
     * @param bytes how many
     */
    public abstract long scratch(long bytes);

    /**
     * Device memory, u8, of the size that the kernel's plan named, uninitialised; it is the
     * kernel's until the stream has passed.
     *
     * @return the memory
     * @throws IllegalStateException for a kernel that is no {@link PlannedKernel}
     */
    public abstract Tensor workspace();

    /**
     * {@link #attributes()} as the operator's record.
     *
     * @param <A> the record
     * @param type the class of the record
     * @return the record
     */
    public <A extends Attributes> A attributes(Class<A> type) {
        return type.cast(attributes());
    }
}
