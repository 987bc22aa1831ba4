// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import java.lang.foreign.MemorySegment;

/**
 * Every primitive in plain Java, one element after another, for any device whose memory the JVM can
 * reach. It is the shortest way to a complete backend: register these, then replace one family at a
 * time with the device's own kernels. Results follow the opcodes' scalar definitions, rounded once
 * to the dtype; floating sums accumulate in f64.
 */
public final class PlainKernels {
    private PlainKernels() {}

    /** How a device lends its memory and runs work. */
    public interface Access {
        /**
         * {@return the memory of the tensor's storage, from the storage's first byte}
         *
         * @param tensor the tensor
         */
        MemorySegment memory(Tensor tensor);

        /**
         * Runs the work now, or in the order of the call's stream. It touches memory only, no
         * tensors.
         *
         * @param call the call
         * @param work reads and writes memory
         */
        void submit(KernelCall call, Runnable work);

        /**
         * {@return whether kernels compute in the dtype}
         *
         * @param dtype the dtype
         */
        default boolean computes(DType dtype) {
            return switch (dtype) {
                case BOOL, I32, I64, F32, F64 -> true;
                default -> false;
            };
        }
    }

    /**
     * Registers all families.
     *
     * @param registry takes the kernels
     * @param access reads and writes the elements of a tensor
     */
    public static void register(KernelRegistry registry, Access access) {
        PlainPointwise.register(registry, access);
        PlainReductions.register(registry, access);
        PlainScans.register(registry, access);
        PlainSort.register(registry, access);
        PlainMatmul.register(registry, access);
        PlainIndexing.register(registry, access);
        PlainRandom.register(registry, access);
        PlainNonzero.register(registry, access);
    }

    /** A tensor's elements with its storage offset; valid after the tensor is closed. */
    static Elements elements(Access access, Tensor tensor) {
        long start = tensor.storageOffset() * tensor.dtype().itemSize();
        return Elements.of(access.memory(tensor).asSlice(start), tensor.dtype());
    }
}
