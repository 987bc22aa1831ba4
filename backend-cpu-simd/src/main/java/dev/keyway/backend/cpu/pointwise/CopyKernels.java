// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.indexing.StridedCopy;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.toolkit.StridedLoop;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers fills, copies and conversions of contiguous rows; others run the plain kernels. */
@AutoService(KernelFamily.class)
public final class CopyKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public CopyKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.copy((from, to) -> from == to ? copy(from) : cast(plain, from, to));
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
            StridedLoop loop = StridedLoop.of(out, self);
            if (size == Integer.BYTES && Transposition.is(loop)) {
                Transposition.of(loop, out.address(), self.address()).run(call.workers());
                return;
            }
            if (loop.rowSize() > 1 && (loop.rowStride(0) != 1 || loop.rowStride(1) != 1)) {
                StridedCopy.run(call.workers(), loop, out, self);
                return;
            }
            long target = out.address();
            long source = self.address();
            long row = loop.rowSize() * size;
            call.workers()
                    .parallel(
                            loop.rows(),
                            Math.max(1, 4 * Rows.CHUNK / Math.max(row, 1)),
                            (start, end) -> {
                                StridedLoop.Cursor cursor = loop.cursor(start);
                                for (long r = start; r < end; r++) {
                                    MemorySegment.copy(
                                            Memory.ALL,
                                            source + size * cursor.offset(1),
                                            Memory.ALL,
                                            target + size * cursor.offset(0),
                                            row);
                                    cursor.advance();
                                }
                            });
        };
    }

    private static @Nullable Kernel0 fill(PlainFallback plain, DType dtype) {
        Kernel0 slow = plain.fill(dtype);
        return (call, out) -> {
            boolean zero =
                    Double.doubleToRawLongBits(
                                    call.attributes(Primitives.Fill.class).value().doubleValue())
                            == 0;
            if (zero && out.isContiguous()) {
                Memory.ALL.asSlice(out.address(), out.nbytes()).fill((byte) 0);
            } else {
                Objects.requireNonNull(slow).run(call, out);
            }
        };
    }
}
