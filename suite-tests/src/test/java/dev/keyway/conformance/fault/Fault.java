// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.DType;
import dev.keyway.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** What a wrong kernel does instead of, before or after the right computation. */
enum Fault {
    /** Writes zeros. */
    ZEROS {
        @Override
        void run(Right right, Tensor out, List<@Nullable Tensor> inputs) {
            right.run(out, inputs);
            Elements target = new Elements(out);
            for (long i = 0; i < out.numel(); i++) {
                for (int b = 0; b < target.itemSize(); b++) {
                    target.set(i, b, (byte) 0);
                }
            }
        }
    },
    /** Writes its first input's elements, from the start again where there are too few. */
    INPUT {
        @Override
        void run(Right right, Tensor out, List<@Nullable Tensor> inputs) {
            Tensor first = inputs.isEmpty() ? null : inputs.getFirst();
            right.run(out, inputs);
            if (first == null || first.numel() == 0 || first == out) {
                return;
            }
            Elements source = new Elements(first);
            Elements target = new Elements(out);
            for (long i = 0; i < out.numel(); i++) {
                for (int b = 0; b < target.itemSize(); b++) {
                    byte value =
                            b < source.itemSize() ? source.get(i % first.numel(), b) : (byte) 0;
                    boolean bool = out.dtype() == DType.BOOL;
                    target.set(i, b, bool ? (byte) (value != 0 ? 1 : 0) : value);
                }
            }
        }
    },
    /** Leaves the last element as the memory was: here always the same bytes. */
    DROP_LAST {
        @Override
        void run(Right right, Tensor out, List<@Nullable Tensor> inputs) {
            right.run(out, inputs);
            if (out.numel() > 0) {
                Elements target = new Elements(out);
                byte old = out.dtype() == DType.BOOL ? (byte) 0 : (byte) 0x2a;
                for (int b = 0; b < target.itemSize(); b++) {
                    target.set(out.numel() - 1, b, old);
                }
            }
        }
    },
    /** Takes every input for dense. */
    STRIDES {
        @Override
        void run(Right right, Tensor out, List<@Nullable Tensor> inputs) {
            List<@Nullable Tensor> dense = new ArrayList<>();
            for (Tensor input : inputs) {
                dense.add(
                        input == null || input.isContiguous() || input.numel() == 0
                                ? input
                                : input.keyway()
                                        .tensor(
                                                input.device(),
                                                input.dtype(),
                                                new Elements(input).asIfDense(),
                                                input.sizes()));
            }
            right.run(out, dense);
        }
    };

    /** The right computation. */
    @FunctionalInterface
    interface Right {
        void run(Tensor out, List<@Nullable Tensor> inputs);
    }

    abstract void run(Right right, Tensor out, List<@Nullable Tensor> inputs);
}
