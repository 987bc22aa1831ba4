// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;
import java.util.Arrays;

/** Rows of a table by their numbers. Calls take and give back the objects that describe them. */
final class EmbeddedRows {
    /** Elements of a task. */
    private static final long CHUNK = 1 << 14;

    private static final Spare<EmbeddedRows> SPARE = new Spare<>(EmbeddedRows::new);

    /** Inputs are table and numbers, i64 or i32. */
    static final Kernel2 KERNEL =
            (call, out, table, numbers) -> {
                try {
                    run(call.workers(), out, table, numbers);
                } catch (ArgumentException e) {
                    throw new ArgumentException(
                            call.operatorName()
                                    + ": "
                                    + e.getMessage()
                                    + " (dimension 0 of shape "
                                    + Arrays.toString(table.sizes())
                                    + ")",
                            e);
                }
            };

    private final RangeTask copying = this::copy;

    /** Bytes of an element of the table. */
    private int size;

    private long out;
    private long table;
    private long rows;
    private long width;

    /** Distances in bytes. */
    private long rowStep;

    private long columnStep;

    private long numbers;
    private boolean narrow;

    /** Of the numbers, in elements; empty where they lie one after another. */
    private long[] sizes = {};

    private long[] strides = {};

    private EmbeddedRows() {}

    private static void run(Workers workers, Tensor out, Tensor table, Tensor numbers) {
        EmbeddedRows task = SPARE.take();
        task.describe(out, table, numbers);
        long chunk = Math.max(1, CHUNK / Math.max(1, task.width));
        workers.parallel(numbers.numel(), chunk, task.copying);
        SPARE.give(task);
    }

    private void describe(Tensor to, Tensor from, Tensor places) {
        size = to.dtype().itemSize();
        out = to.address();
        table = from.address();
        rows = from.size(0);
        width = from.size(1);
        rowStep = size * from.stride(0);
        columnStep = size * from.stride(1);
        numbers = places.address();
        narrow = places.dtype() == DType.I32;
        if (!places.isContiguous()) {
            sizes = places.sizes();
            strides = places.strides();
        } else if (sizes.length > 0) {
            sizes = new long[0];
        }
    }

    private void copy(long start, long end) {
        for (long i = start; i < end; i++) {
            long from = table + GatherKernels.checked(number(i), rows) * rowStep;
            long to = out + i * width * size;
            if (columnStep == size) {
                Moves.block(to, from, width * size);
            } else {
                Moves.strided(size, to, size, from, columnStep, width);
            }
        }
    }

    private long number(long index) {
        long at = index;
        if (sizes.length > 0) {
            at = 0;
            long rest = index;
            for (int d = sizes.length - 1; d >= 0; d--) {
                at += rest % sizes[d] * strides[d];
                rest /= sizes[d];
            }
        }
        return narrow
                ? Memory.getInt(numbers + Integer.BYTES * at)
                : Memory.getLong(numbers + Long.BYTES * at);
    }
}
