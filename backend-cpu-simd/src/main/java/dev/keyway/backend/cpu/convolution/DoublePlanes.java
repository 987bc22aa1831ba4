// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Copies f64 images into {@link Planes}. */
final class DoublePlanes {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Double> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final int LANES = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoublePlanes() {}

    /** Copies one channel; the padding becomes 0, and what no tap reads stays as it was. */
    static void channel(Planes planes, long channel, long target) {
        int step = planes.strideWidth();
        if (planes.usedRows() == planes.strideHeight()) {
            clear(target, planes.channelSize());
        } else {
            for (int i = 0; i < planes.usedRows(); i++) {
                clear(target + (long) SIZE * planes.index(0, i, 0), step * planes.planeSize());
            }
        }
        int first = planes.firstColumn();
        int end = planes.endColumn();
        for (int y = planes.firstRow(); y < planes.endRow(); y++) {
            int row = y + planes.top();
            if (row % planes.strideHeight() >= planes.usedRows()) {
                continue;
            }
            long source = channel + (long) SIZE * y * planes.width();
            for (int x = first; x < Math.min(end, first + step); x++) {
                int column = x + planes.left();
                if (column % step < planes.usedColumns()) {
                    long to = target + (long) SIZE * planes.index(0, row, column);
                    copy(source + (long) SIZE * x, step, to, (end - x + step - 1) / step);
                }
            }
        }
    }

    private static void clear(long target, int count) {
        ALL.asSlice(target, (long) SIZE * count).fill((byte) 0);
    }

    private static void copy(long source, int step, long target, int count) {
        int x = 0;
        if (step == 1) {
            for (; x <= count - LANES; x += LANES) {
                load(source + (long) SIZE * x)
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
        } else if (step == 2) {
            for (; x < count - LANES; x += LANES) {
                long from = source + 2L * SIZE * x;
                load(from)
                        .rearrange(EVEN, load(from + (long) SIZE * LANES))
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
        }
        for (; x < count; x++) {
            double value = Memory.getDouble(source + (long) SIZE * step * x);
            Memory.putDouble(target + (long) SIZE * x, value);
        }
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
