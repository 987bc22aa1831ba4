// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.FlipAttributes;
import dev.keyway.attributes.TrilAttributes;
import dev.keyway.attributes.TriuAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

/** Triangles and flips, row by row: a part of each row is copied, a part is zero. */
@AutoService(KernelFamily.class)
public final class TriangleKernels implements KernelFamily {
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public TriangleKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator("tril", Layout.CONTIGUOUS, dtype -> LOWER);
        registry.operator("triu", Layout.CONTIGUOUS, dtype -> UPPER);
        registry.operator("flip", Layout.CONTIGUOUS, dtype -> FLIP);
    }

    private static final Kernel1 LOWER =
            (call, out, self) ->
                    triangle(
                            call,
                            out,
                            self,
                            call.attributes(TrilAttributes.class).diagonal(),
                            true);

    private static final Kernel1 UPPER =
            (call, out, self) ->
                    triangle(
                            call,
                            out,
                            self,
                            call.attributes(TriuAttributes.class).diagonal(),
                            false);

    private static void triangle(
            KernelCall call, Tensor out, Tensor self, long diagonal, boolean lower) {
        long rows = self.size(-2);
        long columns = self.size(-1);
        long bytes = columns * out.dtype().itemSize();
        int size = out.dtype().itemSize();
        long offset = Math.max(-rows, Math.min(columns, diagonal));
        long to = out.address();
        long from = self.address();
        call.workers()
                .parallel(
                        out.numel() / columns,
                        Math.max(1, CHUNK / columns),
                        (start, end) -> {
                            for (long row = start; row < end; row++) {
                                long first = row % rows + offset + (lower ? 1 : 0);
                                long split = size * Math.max(0, Math.min(columns, first));
                                long at = row * bytes;
                                if (lower) {
                                    Moves.block(to + at, from + at, split);
                                    zero(to + at + split, bytes - split);
                                } else {
                                    zero(to + at, split);
                                    Moves.block(to + at + split, from + at + split, bytes - split);
                                }
                            }
                        });
    }

    private static void zero(long address, long bytes) {
        Memory.ALL.asSlice(address, bytes).fill((byte) 0);
    }

    private static final Kernel1 FLIP =
            (call, out, self) -> {
                int dims = self.dim();
                boolean[] flipped = new boolean[Math.max(dims, 1)];
                for (long dim : call.attributes(FlipAttributes.class).dims()) {
                    flipped[(int) (dim < 0 ? dim + Math.max(dims, 1) : dim)] = true;
                }
                long row = dims == 0 ? 1 : self.size(-1);
                int size = out.dtype().itemSize();
                long to = out.address();
                long from = self.address();
                long[] sizes = self.sizes();
                boolean reversed = dims > 0 && flipped[dims - 1];
                call.workers()
                        .parallel(
                                out.numel() / row,
                                Math.max(1, CHUNK / row),
                                (start, end) -> {
                                    for (long r = start; r < end; r++) {
                                        long target = to + r * row * size;
                                        long source = from + source(r, sizes, flipped) * row * size;
                                        if (reversed) {
                                            long last = source + (row - 1) * size;
                                            Moves.strided(size, target, size, last, -size, row);
                                        } else {
                                            Moves.block(target, source, row * size);
                                        }
                                    }
                                });
            };

    /** The number of the row that a row of the result shows. */
    private static long source(long row, long[] sizes, boolean[] flipped) {
        long rest = row;
        long source = 0;
        long step = 1;
        for (int d = sizes.length - 2; d >= 0; d--) {
            long at = rest % sizes[d];
            rest /= sizes[d];
            source += step * (flipped[d] ? sizes[d] - 1 - at : at);
            step *= sizes[d];
        }
        return source;
    }
}
