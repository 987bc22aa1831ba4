// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What a kernel gets besides tensors; valid only during {@code run}, on the calling thread. */
@ProviderType
public abstract class KernelCall {
    /** For the dispatcher only. */
    protected KernelCall() {}

    /**
     * {@return the qualified name of the operator that is being served (of the outermost composite,
     * where one calls others), for errors of asynchronous work and for traces; {@code copy} outside
     * operators}
     */
    public abstract String operatorName();

    /**
     * The operator's attributes; immutable, may be kept.
     *
     * @return the record
     */
    public abstract Attributes attributes();

    /**
     * {@return the driver of the device, as {@link Backend#open} returned it} Kernels are shared by
     * the devices of a backend; what differs between devices (widths, limits, contexts) is here. A
     * {@link KernelProvider} sees an object of the plugin that drives the device.
     */
    public abstract DeviceDriver driver();

    /**
     * {@return the stream to submit to, of {@link DeviceDriver#newStream}} What belongs to a
     * stream, as a library's handle does, is best kept in it.
     */
    public abstract DeviceStream stream();

    /** {@return the runtime's worker threads} */
    public abstract Workers workers();

    /**
     * {@return host scratch memory of at least {@code bytes}, aligned to 64 bytes, uninitialised,
     * valid until the kernel returns; a second call in one kernel returns different memory}
     *
     * @param bytes how many
     */
    public abstract long scratch(long bytes);

    /**
     * Device memory of {@code bytes}, as a u8 tensor with one dimension, uninitialised, aligned to
     * 64 bytes. It comes from the runtime's allocator, counts against the memory limit, and is the
     * kernel's until the stream has passed what this call submits; a kernel that keeps its tensor
     * or handle longer reads another's memory. A second call in one kernel returns other memory.
     *
     * @param bytes how many
     * @return the memory
     * @throws dev.keyway.OutOfMemoryException when there is no room
     */
    public abstract Tensor workspace(long bytes);

    /**
     * Device memory that holds another form of an input, such as weights in the order in which a
     * kernel reads them, and stays from call to call: the runtime keeps it with the input's storage
     * for as long as the contents do not change, and frees it when the storage is closed or changed
     * in place. It is made once a form is asked for a second time with unchanged contents, so that
     * weights which change in every step are not kept; it counts against the device's memory, of
     * which all kept forms take at most a quarter.
     *
     * <p>The kernel may read it until it returns, and work on the call's stream that it submits may
     * read it later. Any thread may ask; while one fills a form the others get null.
     *
     * @param input an input of this call; its storage's version, its place in it and its strides
     *     tell whether it is the same
     * @param form stands for what the kernel makes of the input; compared by identity and held
     *     weakly: an object that the kernel's class keeps
     * @param bytes how many are needed, at least 1; aligned to 64
     * @param fill writes the memory, a u8 tensor with one dimension, from the input; called at most
     *     once, on this thread, before this method returns
     * @return the memory, or null where nothing is kept: then the kernel makes the form for this
     *     call alone, or does without
     */
    public @Nullable Tensor derived(Tensor input, Object form, long bytes, Consumer<Tensor> fill) {
        return null;
    }

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
