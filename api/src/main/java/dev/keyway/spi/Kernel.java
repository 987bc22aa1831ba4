// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A kernel computes; shapes, dtypes, devices and broadcasting were settled before. It writes {@code
 * out}, which the core allocated, and must neither keep tensors after it returned nor call
 * operators. On an asynchronous device it submits to {@code call.stream()}; the memory stays valid
 * until the stream has passed. {@code out} may be the same as an input for pointwise kernels (in
 * place, same layout), else it does not overlap the inputs. Kernels are shared by all threads.
 */
public sealed interface Kernel {
    /** Of operators without tensor inputs. */
    @FunctionalInterface
    non-sealed interface Kernel0 extends Kernel {
        /**
         * Computes {@code out}.
         *
         * @param call attributes, stream, workers and scratch memory
         * @param out the tensor to write
         */
        void run(KernelCall call, Tensor out);
    }

    /** Of operators with one tensor input. */
    @FunctionalInterface
    non-sealed interface Kernel1 extends Kernel {
        /**
         * Computes {@code out}.
         *
         * @param call attributes, stream, workers and scratch memory
         * @param out the tensor to write
         * @param self the first input
         */
        void run(KernelCall call, Tensor out, Tensor self);
    }

    /** Of operators with two tensor inputs. */
    @FunctionalInterface
    non-sealed interface Kernel2 extends Kernel {
        /**
         * Computes {@code out}.
         *
         * @param call attributes, stream, workers and scratch memory
         * @param out the tensor to write
         * @param self the first input
         * @param other the second input
         */
        void run(KernelCall call, Tensor out, Tensor self, Tensor other);
    }

    /** Of operators with three tensor inputs, the last of which may be absent. */
    @FunctionalInterface
    non-sealed interface Kernel3 extends Kernel {
        /**
         * Computes {@code out}.
         *
         * @param call attributes, stream, workers and scratch memory
         * @param out the tensor to write
         * @param self the first input
         * @param other the second input
         * @param third the third input; null when absent
         */
        void run(KernelCall call, Tensor out, Tensor self, Tensor other, @Nullable Tensor third);
    }

    /** Of operators with several results or more inputs; absent inputs are null. */
    @FunctionalInterface
    non-sealed interface KernelN extends Kernel {
        /**
         * Computes all of {@code out}.
         *
         * @param call attributes, stream, workers and scratch memory
         * @param out the tensor to write
         * @param inputs the inputs; null where absent
         */
        void run(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs);
    }
}
