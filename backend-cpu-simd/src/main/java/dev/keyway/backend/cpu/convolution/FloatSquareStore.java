// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatSquare.HIGH8;
import static dev.keyway.backend.cpu.convolution.FloatSquare.LENGTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes a square of 16 by 16 f32 to memory, transposed, as {@link FloatSquare} does in arrays. The
 * first of its four rounds is made by loads that begin half a row earlier or later.
 */
final class FloatSquareStore {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int HALF = 8;

    /** Where two rows whose indices differ in a bit take their numbers: the second's from 16 on. */
    static final IntVector FIRST8 = numbers(8, false);

    static final IntVector SECOND8 = numbers(8, true);
    static final IntVector FIRST4 = numbers(4, false);
    static final IntVector SECOND4 = numbers(4, true);
    static final IntVector FIRST2 = numbers(2, false);
    static final IntVector SECOND2 = numbers(2, true);
    static final IntVector FIRST1 = numbers(1, false);
    static final IntVector SECOND1 = numbers(1, true);

    /** Whether vectors are as wide. */
    static final boolean FITS = LENGTH == 2 * HALF;

    private FloatSquareStore() {}

    private static IntVector numbers(int bit, boolean second) {
        int[] result = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            boolean own = (i & bit) != 0 == second;
            result[i] = own ? (second ? LENGTH : 0) + i : second ? i + bit : LENGTH + i - bit;
        }
        return IntVector.fromArray(IntVector.SPECIES_PREFERRED, result, 0);
    }

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
        IntVector i0 = r0.reinterpretAsInts();
        IntVector i1 = r1.reinterpretAsInts();
        IntVector i2 = r2.reinterpretAsInts();
        IntVector i3 = r3.reinterpretAsInts();
        IntVector i4 = r4.reinterpretAsInts();
        IntVector i5 = r5.reinterpretAsInts();
        IntVector i6 = r6.reinterpretAsInts();
        IntVector i7 = r7.reinterpretAsInts();
        IntVector i8 = r8.reinterpretAsInts();
        IntVector i9 = r9.reinterpretAsInts();
        IntVector i10 = r10.reinterpretAsInts();
        IntVector i11 = r11.reinterpretAsInts();
        IntVector i12 = r12.reinterpretAsInts();
        IntVector i13 = r13.reinterpretAsInts();
        IntVector i14 = r14.reinterpretAsInts();
        IntVector i15 = r15.reinterpretAsInts();
        IntVector t;
        t = FIRST4.selectFrom(i0, i4);
        i4 = SECOND4.selectFrom(i0, i4);
        i0 = t;
        t = FIRST4.selectFrom(i1, i5);
        i5 = SECOND4.selectFrom(i1, i5);
        i1 = t;
        t = FIRST4.selectFrom(i2, i6);
        i6 = SECOND4.selectFrom(i2, i6);
        i2 = t;
        t = FIRST4.selectFrom(i3, i7);
        i7 = SECOND4.selectFrom(i3, i7);
        i3 = t;
        t = FIRST4.selectFrom(i8, i12);
        i12 = SECOND4.selectFrom(i8, i12);
        i8 = t;
        t = FIRST4.selectFrom(i9, i13);
        i13 = SECOND4.selectFrom(i9, i13);
        i9 = t;
        t = FIRST4.selectFrom(i10, i14);
        i14 = SECOND4.selectFrom(i10, i14);
        i10 = t;
        t = FIRST4.selectFrom(i11, i15);
        i15 = SECOND4.selectFrom(i11, i15);
        i11 = t;
        t = FIRST2.selectFrom(i0, i2);
        i2 = SECOND2.selectFrom(i0, i2);
        i0 = t;
        t = FIRST2.selectFrom(i1, i3);
        i3 = SECOND2.selectFrom(i1, i3);
        i1 = t;
        t = FIRST2.selectFrom(i4, i6);
        i6 = SECOND2.selectFrom(i4, i6);
        i4 = t;
        t = FIRST2.selectFrom(i5, i7);
        i7 = SECOND2.selectFrom(i5, i7);
        i5 = t;
        t = FIRST2.selectFrom(i8, i10);
        i10 = SECOND2.selectFrom(i8, i10);
        i8 = t;
        t = FIRST2.selectFrom(i9, i11);
        i11 = SECOND2.selectFrom(i9, i11);
        i9 = t;
        t = FIRST2.selectFrom(i12, i14);
        i14 = SECOND2.selectFrom(i12, i14);
        i12 = t;
        t = FIRST2.selectFrom(i13, i15);
        i15 = SECOND2.selectFrom(i13, i15);
        i13 = t;
        t = FIRST1.selectFrom(i0, i1);
        i1 = SECOND1.selectFrom(i0, i1);
        i0 = t;
        t = FIRST1.selectFrom(i2, i3);
        i3 = SECOND1.selectFrom(i2, i3);
        i2 = t;
        t = FIRST1.selectFrom(i4, i5);
        i5 = SECOND1.selectFrom(i4, i5);
        i4 = t;
        t = FIRST1.selectFrom(i6, i7);
        i7 = SECOND1.selectFrom(i6, i7);
        i6 = t;
        t = FIRST1.selectFrom(i8, i9);
        i9 = SECOND1.selectFrom(i8, i9);
        i8 = t;
        t = FIRST1.selectFrom(i10, i11);
        i11 = SECOND1.selectFrom(i10, i11);
        i10 = t;
        t = FIRST1.selectFrom(i12, i13);
        i13 = SECOND1.selectFrom(i12, i13);
        i12 = t;
        t = FIRST1.selectFrom(i14, i15);
        i15 = SECOND1.selectFrom(i14, i15);
        i14 = t;
        long column = target;
        i0.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i1.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i2.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i3.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i4.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i5.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i6.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i7.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i8.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i9.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i10.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i11.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i12.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i13.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i14.intoMemorySegment(ALL, column, ORDER);
        column += columnBytes;
        i15.intoMemorySegment(ALL, column, ORDER);
    }
}
