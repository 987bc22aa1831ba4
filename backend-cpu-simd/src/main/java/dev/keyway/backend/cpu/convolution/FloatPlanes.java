// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies f32 images into {@link Planes}; the padding must be 0 already. */
final class FloatPlanes {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatPlanes() {}

    /** Copies to memory. */
    static void copy(Planes planes, long image, long target) {
        int first = planes.firstColumn();
        int count = planes.endColumn() - first;
        for (int c = 0; c < planes.channels(); c++) {
            for (int y = planes.firstRow(); y < planes.endRow(); y++) {
                long source =
                        image + (long) SIZE * ((c * planes.height() + y) * planes.width() + first);
                if (planes.strideWidth() == 1) {
                    int index = planes.index(c, y + planes.top(), first + planes.left());
                    row(source, target + (long) SIZE * index, count);
                    continue;
                }
                for (int x = 0; x < count; x++) {
                    int index = planes.index(c, y + planes.top(), first + x + planes.left());
                    Memory.putFloat(
                            target + (long) SIZE * index,
                            Memory.getFloat(source + (long) SIZE * x));
                }
            }
        }
    }

    /** Copies to an array. */
    static void copy(Planes planes, long image, float[] target, int start) {
        int first = planes.firstColumn();
        int count = planes.endColumn() - first;
        for (int c = 0; c < planes.channels(); c++) {
            for (int y = planes.firstRow(); y < planes.endRow(); y++) {
                long source =
                        image + (long) SIZE * ((c * planes.height() + y) * planes.width() + first);
                for (int x = 0; x < count; x++) {
                    int index = planes.index(c, y + planes.top(), first + x + planes.left());
                    target[start + index] = Memory.getFloat(source + (long) SIZE * x);
                }
            }
        }
    }

    private static void row(long source, long target, int count) {
        int x = 0;
        for (; x <= count - LANES; x += LANES) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * x, ORDER)
                    .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
        }
        for (; x < count; x++) {
            Memory.putFloat(target + (long) SIZE * x, Memory.getFloat(source + (long) SIZE * x));
        }
    }
}
