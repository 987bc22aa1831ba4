// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.UnaryOp;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import org.jspecify.annotations.Nullable;

/** Plain pointwise kernels. */
final class PlainPointwise {
    private PlainPointwise() {}

    static void register(KernelRegistry registry, Access access) {
        registry.unary(Layout.STRIDED, (op, dtype) -> unary(access, op, dtype));
        registry.binary(Layout.STRIDED, (op, dtype) -> binary(access, op, dtype));
        registry.compare(Layout.STRIDED, (op, dtype) -> compare(access, op, dtype));
        registry.where(Layout.STRIDED, dtype -> access.computes(dtype) ? where(access) : null);
        registry.fill(dtype -> fill(access));
        registry.copy((from, to) -> copy(access, from));
    }

    private static @Nullable Kernel1 unary(Access access, UnaryOp op, DType dtype) {
        if (!access.computes(dtype)) {
            return null;
        }
        if (dtype.isFloating()) {
            return op == UnaryOp.BITWISE_NOT
                    ? null
                    : map(access, (a, i, out, o) -> out.setDouble(o, op.apply(a.getDouble(i))));
        }
        if (!op.isIntegral()) {
            return null;
        }
        if (dtype == DType.BOOL && op == UnaryOp.BITWISE_NOT) {
            return map(access, (a, i, out, o) -> out.setLong(o, 1 - a.getLong(i)));
        }
        return map(access, (a, i, out, o) -> out.setLong(o, op.apply(a.getLong(i))));
    }

    private static @Nullable Kernel2 binary(Access access, BinaryOp op, DType dtype) {
        if (!access.computes(dtype)) {
            return null;
        }
        if (dtype.isFloating()) {
            return op.isFloating()
                    ? zip(
                            access,
                            (a, i, b, j, out, o) ->
                                    out.setDouble(o, op.apply(a.getDouble(i), b.getDouble(j))))
                    : null;
        }
        if (dtype == DType.BOOL) {
            return op.isBool()
                    ? zip(
                            access,
                            (a, i, b, j, out, o) ->
                                    out.setLong(
                                            o,
                                            op.apply(a.getLong(i) != 0, b.getLong(j) != 0) ? 1 : 0))
                    : null;
        }
        return op.isIntegral()
                ? zip(
                        access,
                        (a, i, b, j, out, o) ->
                                out.setLong(o, op.apply(a.getLong(i), b.getLong(j))))
                : null;
    }

    private static @Nullable Kernel2 compare(Access access, CompareOp op, DType dtype) {
        if (!access.computes(dtype)) {
            return null;
        }
        return dtype.isFloating()
                ? zip(
                        access,
                        (a, i, b, j, out, o) ->
                                out.setLong(o, op.apply(a.getDouble(i), b.getDouble(j)) ? 1 : 0))
                : zip(
                        access,
                        (a, i, b, j, out, o) ->
                                out.setLong(o, op.apply(a.getLong(i), b.getLong(j)) ? 1 : 0));
    }

    private static Kernel3 where(Access access) {
        return (call, out, self, other, third) -> {
            Tensor otherwise = java.util.Objects.requireNonNull(third);
            StridedLoop loop = StridedLoop.of(out, self, other, otherwise);
            Elements to = PlainKernels.elements(access, out);
            Elements condition = PlainKernels.elements(access, self);
            Elements yes = PlainKernels.elements(access, other);
            Elements no = PlainKernels.elements(access, otherwise);
            boolean floating = out.dtype().isFloating();
            access.submit(
                    call,
                    () ->
                            loop.forEach(
                                    at -> {
                                        boolean first = condition.getLong(at[1]) != 0;
                                        Elements from = first ? yes : no;
                                        long i = first ? at[2] : at[3];
                                        copyElement(to, at[0], from, i, floating);
                                    }));
        };
    }

    private static void copyElement(Elements to, long o, Elements from, long i, boolean floating) {
        if (floating) {
            to.setDouble(o, from.getDouble(i));
        } else {
            to.setLong(o, from.getLong(i));
        }
    }

    private static Kernel0 fill(Access access) {
        return (call, out) -> {
            Scalar value = call.attributes(Primitives.Fill.class).value();
            boolean floating = value.dtype().isFloating();
            StridedLoop loop = StridedLoop.of(out);
            Elements to = PlainKernels.elements(access, out);
            access.submit(
                    call,
                    () ->
                            loop.forEach(
                                    at -> {
                                        if (floating) {
                                            to.setDouble(at[0], value.doubleValue());
                                        } else {
                                            to.setLong(at[0], value.longValue());
                                        }
                                    }));
        };
    }

    private static Kernel1 copy(Access access, DType from) {
        boolean floating = from.isFloating();
        return map(access, (a, i, out, o) -> copyElement(out, o, a, i, floating));
    }

    private static Kernel1 map(Access access, UnaryStep step) {
        return (call, out, self) -> {
            StridedLoop loop = StridedLoop.of(out, self);
            Elements to = PlainKernels.elements(access, out);
            Elements a = PlainKernels.elements(access, self);
            access.submit(call, () -> loop.forEach(at -> step.run(a, at[1], to, at[0])));
        };
    }

    private static Kernel2 zip(Access access, BinaryStep step) {
        return (call, out, self, other) -> {
            StridedLoop loop = StridedLoop.of(out, self, other);
            Elements to = PlainKernels.elements(access, out);
            Elements a = PlainKernels.elements(access, self);
            Elements b = PlainKernels.elements(access, other);
            access.submit(call, () -> loop.forEach(at -> step.run(a, at[1], b, at[2], to, at[0])));
        };
    }

    private interface UnaryStep {
        void run(Elements a, long i, Elements out, long o);
    }

    private interface BinaryStep {
        void run(Elements a, long i, Elements b, long j, Elements out, long o);
    }
}
