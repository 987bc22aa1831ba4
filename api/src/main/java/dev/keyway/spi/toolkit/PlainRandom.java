// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import org.jspecify.annotations.Nullable;

/** Plain ranges and random numbers, to the bit as {@link Philox} says. */
final class PlainRandom {
    private PlainRandom() {}

    static void register(KernelRegistry registry, Access access) {
        registry.random((op, dtype) -> random(access, op, dtype));
        registry.arange(
                dtype -> access.computes(dtype) && dtype != DType.BOOL ? arange(access) : null);
    }

    private static Kernel0 arange(Access access) {
        return (call, out) -> {
            Primitives.Arange given = call.attributes(Primitives.Arange.class);
            Scalar start = given.start();
            Scalar step = given.step();
            Elements to = PlainKernels.elements(access, out);
            long n = out.numel();
            boolean floating = out.dtype().isFloating();
            access.submit(
                    call,
                    () -> {
                        for (long i = 0; i < n; i++) {
                            if (floating) {
                                to.setDouble(i, start.doubleValue() + i * step.doubleValue());
                            } else {
                                to.setLong(i, start.longValue() + i * step.longValue());
                            }
                        }
                    });
        };
    }

    private static @Nullable Kernel0 random(Access access, RandomOp op, DType dtype) {
        if (!access.computes(dtype)) {
            return null;
        }
        return (call, out) -> {
            Primitives.Random given = call.attributes(Primitives.Random.class);
            Elements to = PlainKernels.elements(access, out);
            long n = out.numel();
            access.submit(
                    call,
                    () -> {
                        int[] words = new int[4];
                        for (long i = 0; i < n; i++) {
                            int word = (int) (i & 3);
                            if (word == 0) {
                                Philox.block(given.seed(), given.offset() + i / 4, words);
                            }
                            write(to, i, op, given, words, word, dtype);
                        }
                    });
        };
    }

    private static void write(
            Elements to,
            long i,
            RandomOp op,
            Primitives.Random given,
            int[] words,
            int word,
            DType dtype) {
        int bits = words[word];
        switch (op) {
            case UNIFORM ->
                    to.setDouble(
                            i,
                            dtype == DType.F64 ? Philox.uniformDouble(bits) : Philox.uniform(bits));
            case NORMAL -> to.setDouble(i, normal(words[word & 2], words[word | 1], word, dtype));
            case INTEGER -> to.setLong(i, Philox.integer(bits, given.from(), given.to()));
            case BERNOULLI -> to.setLong(i, Philox.uniform(bits) < given.probability() ? 1 : 0);
        }
    }

    private static double normal(int first, int second, int word, DType dtype) {
        boolean sine = (word & 1) == 1;
        return dtype == DType.F64
                ? Philox.normalDouble(first, second, sine)
                : Philox.normal(first, second, sine);
    }
}
