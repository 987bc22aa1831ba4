// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

/** A function of one operand in chunks: what a call does of it, kept for the next call. */
final class UnaryChunks implements RangeTask {
    private static final UnaryRow NOTHING = (out, a, count) -> {};
    private static final Spare<UnaryChunks> SPARE = new Spare<>(UnaryChunks::new);

    private UnaryRow row = NOTHING;
    private long out;
    private long outSize;
    private long a;
    private long size;

    /** Computes contiguous elements; sizes are in bytes. */
    static void run(
            Workers workers, UnaryRow row, long out, long outSize, long a, long size, long count) {
        UnaryChunks chunks = SPARE.take();
        chunks.row = row;
        chunks.out = out;
        chunks.outSize = outSize;
        chunks.a = a;
        chunks.size = size;
        workers.parallel(count, Rows.CHUNK, chunks);
        chunks.row = NOTHING;
        SPARE.give(chunks);
    }

    @Override
    public void run(long start, long end) {
        row.run(out + outSize * start, a + size * start, end - start);
    }
}
