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

    /** Whether numbers and results lie one after another. */
    private boolean dense;

    /** Else the sizes of the numbers, their strides in elements, and those of the result. */
    private long[] sizes = {};

    private long[] strides = {};
    private long[] outStrides = {};
    private long outColumnStep;

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
        dense = places.isContiguous() && to.isContiguous();
        if (!dense) {
            sizes = places.sizes();
            strides = places.strides();
            outStrides = to.strides();
        }
        outColumnStep = dense ? size : size * to.stride(-1);
    }

    private void copy(long start, long end) {
        for (long i = start; i < end; i++) {
            long from = table + GatherKernels.checked(number(i), rows) * rowStep;
            long to = out + size * (dense ? i * width : offset(outStrides, i));
            if (columnStep == size && outColumnStep == size) {
                Moves.block(to, from, width * size);
            } else {
                Moves.strided(size, to, outColumnStep, from, columnStep, width);
            }
        }
    }

    private long number(long index) {
        long at = dense ? index : offset(strides, index);
        return narrow
                ? Memory.getInt(numbers + Integer.BYTES * at)
                : Memory.getLong(numbers + Long.BYTES * at);
    }

    /** Elements before what belongs to a number. */
    private long offset(long[] of, long index) {
        long offset = 0;
        long rest = index;
        for (int d = sizes.length - 1; d >= 0; d--) {
            offset += rest % sizes[d] * of[d];
            rest /= sizes[d];
        }
        return offset;
    }
}
