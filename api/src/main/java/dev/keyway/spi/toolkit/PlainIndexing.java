// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.toolkit.PlainKernels.Access;

/** Plain gather and scatter along dimension 1. */
final class PlainIndexing {
    private PlainIndexing() {}

    static void register(KernelRegistry registry, Access access) {
        registry.gather(Layout.STRIDED, dtype -> gather(access));
        registry.scatter(
                Layout.STRIDED,
                (op, dtype) -> access.computes(dtype) ? scatter(access, op, dtype) : null);
    }

    /** The index, or an error that the core prefixes with the operator. */
    static long checked(long index, long size) {
        if (index < 0 || index >= size) {
            throw new ArgumentException(
                    "index " + index + " is out of bounds for a dimension of size " + size);
        }
        return index;
    }

    private static Kernel2 gather(Access access) {
        return (call, out, self, index) -> {
            Elements to = PlainKernels.elements(access, out);
            Elements from = PlainKernels.elements(access, self);
            boolean floating = out.dtype().isFloating();
            long size = self.size(1);
            long[] s = self.strides();
            walk(
                    access,
                    call,
                    index,
                    (place, o, i, flat) -> {
                        long at = o * s[0] + checked(place, size) * s[1] + i * s[2];
                        if (floating) {
                            to.setDouble(flat, from.getDouble(at));
                        } else {
                            to.setLong(flat, from.getLong(at));
                        }
                    });
        };
    }

    private static Kernel2 scatter(Access access, ScatterOp op, DType dtype) {
        return (call, out, index, source) -> {
            Elements to = PlainKernels.elements(access, out);
            Elements from = PlainKernels.elements(access, source);
            long size = out.size(1);
            long inner = out.size(2);
            long[] s = source.strides();
            long width = index.size(2);
            long count = index.size(1);
            walk(
                    access,
                    call,
                    index,
                    (place, o, i, flat) -> {
                        long target = (o * size + checked(place, size)) * inner + i;
                        long j = flat / width % count;
                        write(to, target, from, o * s[0] + j * s[1] + i * s[2], op, dtype);
                    });
        };
    }

    private static void write(
            Elements to, long target, Elements from, long at, ScatterOp op, DType dtype) {
        if (dtype.isFloating()) {
            double value = from.getDouble(at);
            double there = op == ScatterOp.SET ? value : to.getDouble(target);
            to.setDouble(target, meet(op, there, value));
        } else {
            long value = from.getLong(at);
            long there = op == ScatterOp.SET ? value : to.getLong(target);
            to.setLong(target, meet(op, there, value));
        }
    }

    private static double meet(ScatterOp op, double there, double value) {
        return switch (op) {
            case SET -> value;
            case ADD -> there + value;
            case MUL -> there * value;
            case AMAX -> Math.max(there, value);
            case AMIN -> Math.min(there, value);
        };
    }

    private static long meet(ScatterOp op, long there, long value) {
        return switch (op) {
            case SET -> value;
            case ADD -> there + value;
            case MUL -> there * value;
            case AMAX -> Math.max(there, value);
            case AMIN -> Math.min(there, value);
        };
    }

    private static void walk(
            Access access, dev.keyway.spi.KernelCall call, dev.keyway.Tensor index, Visit visit) {
        Elements places = PlainKernels.elements(access, index);
        long[] steps = index.strides();
        long outer = index.size(0);
        long count = index.size(1);
        long inner = index.size(2);
        access.submit(
                call,
                () -> {
                    long flat = 0;
                    for (long o = 0; o < outer; o++) {
                        for (long j = 0; j < count; j++) {
                            for (long i = 0; i < inner; i++) {
                                long at = o * steps[0] + j * steps[1] + i * steps[2];
                                visit.at(places.getLong(at), o, i, flat++);
                            }
                        }
                    }
                });
    }

    private interface Visit {
        void at(long place, long o, long i, long flat);
    }
}
