// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatSquare.DOWN1;
import static dev.keyway.backend.cpu.convolution.FloatSquare.DOWN2;
import static dev.keyway.backend.cpu.convolution.FloatSquare.DOWN4;
import static dev.keyway.backend.cpu.convolution.FloatSquare.HIGH1;
import static dev.keyway.backend.cpu.convolution.FloatSquare.HIGH2;
import static dev.keyway.backend.cpu.convolution.FloatSquare.HIGH4;
import static dev.keyway.backend.cpu.convolution.FloatSquare.HIGH8;
import static dev.keyway.backend.cpu.convolution.FloatSquare.LENGTH;
import static dev.keyway.backend.cpu.convolution.FloatSquare.LOW1;
import static dev.keyway.backend.cpu.convolution.FloatSquare.LOW2;
import static dev.keyway.backend.cpu.convolution.FloatSquare.LOW4;
import static dev.keyway.backend.cpu.convolution.FloatSquare.UP1;
import static dev.keyway.backend.cpu.convolution.FloatSquare.UP2;
import static dev.keyway.backend.cpu.convolution.FloatSquare.UP4;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes a square of 16 by 16 f32 to memory, transposed, as {@link FloatSquare} does in arrays. The
 * first of its four rounds is made by loads that begin half a row earlier or later.
 */
final class FloatSquareStore {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int HALF = 8;

    /** Whether vectors are as wide. */
    static final boolean FITS = LENGTH == 2 * HALF;

    private FloatSquareStore() {}

    /**
     * Column c of {@code from} goes to {@code target + c * columnBytes}.
     *
     * @param from half a row behind the square may be read
     * @param at index of the first number
     * @param pitch distance of rows
     */
    static void transpose(float[] from, int at, int pitch, long target, long columnBytes) {
        FloatVector r0 =
                FloatVector.fromArray(SPECIES, from, at)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 8 * pitch - HALF), HIGH8);
        FloatVector r8 =
                FloatVector.fromArray(SPECIES, from, at + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 8 * pitch), HIGH8);
        FloatVector r1 =
                FloatVector.fromArray(SPECIES, from, at + pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 9 * pitch - HALF), HIGH8);
        FloatVector r9 =
                FloatVector.fromArray(SPECIES, from, at + pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 9 * pitch), HIGH8);
        FloatVector r2 =
                FloatVector.fromArray(SPECIES, from, at + 2 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 10 * pitch - HALF), HIGH8);
        FloatVector r10 =
                FloatVector.fromArray(SPECIES, from, at + 2 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 10 * pitch), HIGH8);
        FloatVector r3 =
                FloatVector.fromArray(SPECIES, from, at + 3 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 11 * pitch - HALF), HIGH8);
        FloatVector r11 =
                FloatVector.fromArray(SPECIES, from, at + 3 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 11 * pitch), HIGH8);
        FloatVector r4 =
                FloatVector.fromArray(SPECIES, from, at + 4 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 12 * pitch - HALF), HIGH8);
        FloatVector r12 =
                FloatVector.fromArray(SPECIES, from, at + 4 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 12 * pitch), HIGH8);
        FloatVector r5 =
                FloatVector.fromArray(SPECIES, from, at + 5 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 13 * pitch - HALF), HIGH8);
        FloatVector r13 =
                FloatVector.fromArray(SPECIES, from, at + 5 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 13 * pitch), HIGH8);
        FloatVector r6 =
                FloatVector.fromArray(SPECIES, from, at + 6 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 14 * pitch - HALF), HIGH8);
        FloatVector r14 =
                FloatVector.fromArray(SPECIES, from, at + 6 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 14 * pitch), HIGH8);
        FloatVector r7 =
                FloatVector.fromArray(SPECIES, from, at + 7 * pitch)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 15 * pitch - HALF), HIGH8);
        FloatVector r15 =
                FloatVector.fromArray(SPECIES, from, at + 7 * pitch + HALF)
                        .blend(FloatVector.fromArray(SPECIES, from, at + 15 * pitch), HIGH8);
        FloatVector t;
        t = r0.blend(r4.rearrange(UP4), HIGH4);
        r4 = r4.blend(r0.rearrange(DOWN4), LOW4);
        r0 = t;
        t = r1.blend(r5.rearrange(UP4), HIGH4);
        r5 = r5.blend(r1.rearrange(DOWN4), LOW4);
        r1 = t;
        t = r2.blend(r6.rearrange(UP4), HIGH4);
        r6 = r6.blend(r2.rearrange(DOWN4), LOW4);
        r2 = t;
        t = r3.blend(r7.rearrange(UP4), HIGH4);
        r7 = r7.blend(r3.rearrange(DOWN4), LOW4);
        r3 = t;
        t = r8.blend(r12.rearrange(UP4), HIGH4);
        r12 = r12.blend(r8.rearrange(DOWN4), LOW4);
        r8 = t;
        t = r9.blend(r13.rearrange(UP4), HIGH4);
        r13 = r13.blend(r9.rearrange(DOWN4), LOW4);
        r9 = t;
        t = r10.blend(r14.rearrange(UP4), HIGH4);
        r14 = r14.blend(r10.rearrange(DOWN4), LOW4);
        r10 = t;
        t = r11.blend(r15.rearrange(UP4), HIGH4);
        r15 = r15.blend(r11.rearrange(DOWN4), LOW4);
        r11 = t;
        t = r0.blend(r2.rearrange(UP2), HIGH2);
        r2 = r2.blend(r0.rearrange(DOWN2), LOW2);
        r0 = t;
        t = r1.blend(r3.rearrange(UP2), HIGH2);
        r3 = r3.blend(r1.rearrange(DOWN2), LOW2);
        r1 = t;
        t = r4.blend(r6.rearrange(UP2), HIGH2);
        r6 = r6.blend(r4.rearrange(DOWN2), LOW2);
        r4 = t;
        t = r5.blend(r7.rearrange(UP2), HIGH2);
        r7 = r7.blend(r5.rearrange(DOWN2), LOW2);
        r5 = t;
        t = r8.blend(r10.rearrange(UP2), HIGH2);
        r10 = r10.blend(r8.rearrange(DOWN2), LOW2);
        r8 = t;
        t = r9.blend(r11.rearrange(UP2), HIGH2);
        r11 = r11.blend(r9.rearrange(DOWN2), LOW2);
        r9 = t;
        t = r12.blend(r14.rearrange(UP2), HIGH2);
        r14 = r14.blend(r12.rearrange(DOWN2), LOW2);
        r12 = t;
        t = r13.blend(r15.rearrange(UP2), HIGH2);
        r15 = r15.blend(r13.rearrange(DOWN2), LOW2);
        r13 = t;
        t = r0.blend(r1.rearrange(UP1), HIGH1);
        r1 = r1.blend(r0.rearrange(DOWN1), LOW1);
        r0 = t;
        t = r2.blend(r3.rearrange(UP1), HIGH1);
        r3 = r3.blend(r2.rearrange(DOWN1), LOW1);
        r2 = t;
        t = r4.blend(r5.rearrange(UP1), HIGH1);
        r5 = r5.blend(r4.rearrange(DOWN1), LOW1);
        r4 = t;
        t = r6.blend(r7.rearrange(UP1), HIGH1);
        r7 = r7.blend(r6.rearrange(DOWN1), LOW1);
        r6 = t;
        t = r8.blend(r9.rearrange(UP1), HIGH1);
        r9 = r9.blend(r8.rearrange(DOWN1), LOW1);
        r8 = t;
        t = r10.blend(r11.rearrange(UP1), HIGH1);
        r11 = r11.blend(r10.rearrange(DOWN1), LOW1);
        r10 = t;
        t = r12.blend(r13.rearrange(UP1), HIGH1);
        r13 = r13.blend(r12.rearrange(DOWN1), LOW1);
        r12 = t;
        t = r14.blend(r15.rearrange(UP1), HIGH1);
        r15 = r15.blend(r14.rearrange(DOWN1), LOW1);
        r14 = t;
        long column = target;
        r0.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r1.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r2.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r3.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r4.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r5.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r6.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r7.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r8.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r9.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r10.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r11.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r12.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r13.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r14.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        r15.intoMemorySegment(ALL, column, ORDER);
    }
}
