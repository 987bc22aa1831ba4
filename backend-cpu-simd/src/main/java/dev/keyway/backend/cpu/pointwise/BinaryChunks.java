// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

/** A function of two operands in chunks: what a call does of it, kept for the next call. */
final class BinaryChunks implements RangeTask {
    private static final BinaryRow NOTHING = (out, a, stepA, b, stepB, count) -> {};
    private static final Spare<BinaryChunks> SPARE = new Spare<>(BinaryChunks::new);

    private BinaryRow row = NOTHING;
    private long out;
    private long outSize;
    private long a;
    private long stepA;
    private long b;
    private long stepB;
    private long size;

    /** Computes contiguous elements, or one again and again where a step is 0. */
    static void run(
            Workers workers,
            BinaryRow row,
            long out,
            long outSize,
            long a,
            long stepA,
            long b,
            long stepB,
            long size,
            long count) {
        BinaryChunks chunks = SPARE.take();
        chunks.row = row;
        chunks.out = out;
        chunks.outSize = outSize;
        chunks.a = a;
        chunks.stepA = stepA;
        chunks.b = b;
        chunks.stepB = stepB;
        chunks.size = size;
        workers.parallel(count, Rows.CHUNK, chunks);
        chunks.row = NOTHING;
        SPARE.give(chunks);
    }

    @Override
    public void run(long start, long end) {
        row.run(
                out + outSize * start,
                a + size * start * stepA,
                stepA,
                b + size * start * stepB,
                stepB,
                end - start);
    }
}
