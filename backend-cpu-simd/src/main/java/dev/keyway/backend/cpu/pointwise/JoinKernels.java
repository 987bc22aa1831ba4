// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.CatAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.indexing.StridedCopy;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@code cat} for elements of every size: dense tensors go row by row of the result,
 * others one after the other. Bits are copied as they are.
 */
@AutoService(KernelFamily.class)
public final class JoinKernels implements KernelFamily {
    private static final long TASK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public JoinKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator("cat", Layout.STRIDED, dtype -> (KernelN) JoinKernels::cat);
    }

    private static void cat(KernelCall call, Tensor[] results, @Nullable Tensor[] inputs) {
        Tensor out = results[0];
        long given = call.attributes(CatAttributes.class).dim();
        int dim = (int) (given < 0 ? given + out.dim() : given);
        int size = out.dtype().itemSize();
        long rowBytes = size * inner(out, dim);
        long[] from = new long[inputs.length];
        long[] bytes = new long[inputs.length];
        long[] places = new long[inputs.length];
        int dense = 0;
        long place = 0;
        for (Tensor input : inputs) {
            Tensor part = Objects.requireNonNull(input);
            if (part.numel() == 0) {
                continue;
            }
            long piece = size * inner(part, dim);
            if (part.isContiguous()) {
                from[dense] = part.address();
                bytes[dense] = piece;
                places[dense++] = place;
            } else {
                strided(call.workers(), out.address() + place, rowBytes, part, piece);
            }
            place += piece;
        }
        if (dense > 0) {
            new JoinedRows(
                            out.address(),
                            rowBytes,
                            Arrays.copyOf(from, dense),
                            Arrays.copyOf(bytes, dense),
                            Arrays.copyOf(places, dense),
                            JoinedRows.STEP)
                    .run(call.workers(), out.numel() * size / rowBytes);
        }
    }

    /** Elements from a dimension on. */
    private static long inner(Tensor tensor, int dim) {
        long count = 1;
        for (int d = dim; d < tensor.dim(); d++) {
            count *= tensor.size(d);
        }
        return count;
    }

    /**
     * Copies a tensor of any strides into the pieces of the result's rows.
     *
     * @param piece bytes of each
     */
    static void strided(Workers workers, long to, long rowBytes, Tensor part, long piece) {
        int size = part.dtype().itemSize();
        StridedLoop loop = StridedLoop.of(part);
        long from = part.address();
        long step = size * loop.rowStride(0);
        long count = loop.rowSize();
        boolean whole = loop.rows() * count * size == piece;
        boolean matrix = loop.dims() == 2 && loop.stride(0, 0) == 1 && count >= Tile.BLOCK;
        if (matrix && size > 1 && (whole || count * size == piece)) {
            long outRow = whole ? count * size : rowBytes;
            new Transposition(size, 1, loop.rows(), count, to, 0, outRow, from, 0, step)
                    .run(workers);
            return;
        }
        // One of both is a multiple of the other, as both are products of the last sizes.
        long together = Math.min(count, piece / size);
        workers.parallel(
                loop.rows(),
                Math.max(1, TASK / count),
                (start, end) -> {
                    StridedLoop.Cursor cursor = loop.cursor(start);
                    for (long row = start; row < end; row++) {
                        long source = from + size * cursor.offset(0);
                        for (long i = 0; i < count; i += together) {
                            long at = size * (row * count + i);
                            long target = to + at / piece * rowBytes + at % piece;
                            StridedCopy.row(size, target, size, source + i * step, step, together);
                        }
                        cursor.advance();
                    }
                });
    }
}
