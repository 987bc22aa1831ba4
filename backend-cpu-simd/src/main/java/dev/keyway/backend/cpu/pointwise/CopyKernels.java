// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.indexing.LongFill;
import dev.keyway.backend.cpu.indexing.StridedCopy;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers fills, copies and conversions of contiguous rows; others run the plain kernels. */
@AutoService(KernelFamily.class)
public final class CopyKernels implements KernelFamily {
    /** Times it, four bytes are eight. */
    private static final long TWICE = 0x100000001L;

    /** Eight bytes of 1. */
    private static final long ONES = 0x101010101010101L;

    /** For {@code ServiceLoader}. */
    public CopyKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.copy((from, to) -> from == to ? copy(from) : cast(plain, from, to));
        registry.operator("clone", Layout.STRIDED, CopyKernels::copy);
        registry.fill(dtype -> fill(plain, dtype));
    }

    private static @Nullable Kernel1 cast(PlainFallback plain, DType from, DType to) {
        Kernel1 slow = plain.copy(from, to);
        UnaryRow row = HalfCasts.row(from, to);
        UnaryRow cast = row != null ? row : NumberCasts.row(from, to);
        if (slow == null || cast == null) {
            return slow;
        }
        return (call, out, self) -> {
            StridedLoop loop = StridedLoop.of(out, self);
            if (Rows.areVectors(loop) && loop.rowStride(1) == 1) {
                Rows.run(call, loop, out, to.itemSize(), self, from.itemSize(), cast);
            } else {
                slow.run(call, out, self);
            }
        };
    }

    private static Kernel1 copy(DType from) {
        int size = from.itemSize();
        return (call, out, self) -> {
            if (RowCopy.run(call.workers(), out, self)) {
                return;
            }
            StridedLoop loop = StridedLoop.of(out, self);
            if (size > 1 && Transposition.is(loop)) {
                Transposition.of(loop, size, out.address(), self.address()).run(call.workers());
            } else {
                StridedCopy.run(call.workers(), loop, out, self);
            }
        };
    }

    private static @Nullable Kernel0 fill(PlainFallback plain, DType dtype) {
        Kernel0 slow = plain.fill(dtype);
        int size = dtype.itemSize();
        return (call, out) -> {
            Scalar value = call.attributes(Primitives.Fill.class).value();
            if (!out.isContiguous() || isRounded(value, dtype)) {
                Objects.requireNonNull(slow).run(call, out);
                return;
            }
            long bits = bits(value, dtype);
            long to = out.address();
            call.workers()
                    .parallel(
                            out.numel() * size,
                            Long.BYTES * Rows.CHUNK,
                            (start, end) -> LongFill.run(to + start, bits, end - start));
        };
    }

    /** Whether the plain kernel has to round or saturate the number. */
    private static boolean isRounded(Scalar value, DType dtype) {
        return switch (dtype) {
            case F16, BF16 -> true;
            case U8, I8, I16 -> value.dtype().isFloating();
            default -> false;
        };
    }

    /** A number as elements of a dtype, as many as eight bytes hold. */
    private static long bits(Scalar value, DType dtype) {
        boolean floating = value.dtype().isFloating();
        double real = value.doubleValue();
        long whole = floating ? (long) real : value.longValue();
        int small = floating ? (int) real : (int) whole;
        float single = floating ? (float) real : (float) whole;
        return switch (dtype) {
            case F64 -> Double.doubleToRawLongBits(real);
            case F32 -> TWICE * (Float.floatToRawIntBits(single) & 0xFFFFFFFFL);
            case I64 -> whole;
            case I32 -> TWICE * (small & 0xFFFFFFFFL);
            case I16 -> 0x1000100010001L * ((short) small & 0xFFFFL);
            case BOOL -> (floating ? real != 0 : whole != 0) ? ONES : 0;
            default -> ONES * ((byte) small & 0xFFL);
        };
    }
}
