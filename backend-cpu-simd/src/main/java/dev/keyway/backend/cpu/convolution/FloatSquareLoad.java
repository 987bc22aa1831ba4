// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.FIRST1;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.FIRST2;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.FIRST4;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.FIRST8;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.SECOND1;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.SECOND2;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.SECOND4;
import static dev.keyway.backend.cpu.convolution.FloatSquareStore.SECOND8;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Brings a square of 16 by 16 f32 from memory into an array, transposed as in {@link FloatSquare}.
 */
final class FloatSquareLoad {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    private FloatSquareLoad() {}

    /**
     * Column c becomes row c of {@code to}.
     *
     * @param pitch bytes from one row to the next
     * @param to rows one behind the other
     * @param start index of the first
     */
    static void transpose(long from, long pitch, float[] to, int start) {
        long row = from;
        IntVector i0 = load(row);
        row += pitch;
        IntVector i1 = load(row);
        row += pitch;
        IntVector i2 = load(row);
        row += pitch;
        IntVector i3 = load(row);
        row += pitch;
        IntVector i4 = load(row);
        row += pitch;
        IntVector i5 = load(row);
        row += pitch;
        IntVector i6 = load(row);
        row += pitch;
        IntVector i7 = load(row);
        row += pitch;
        IntVector i8 = load(row);
        row += pitch;
        IntVector i9 = load(row);
        row += pitch;
        IntVector i10 = load(row);
        row += pitch;
        IntVector i11 = load(row);
        row += pitch;
        IntVector i12 = load(row);
        row += pitch;
        IntVector i13 = load(row);
        row += pitch;
        IntVector i14 = load(row);
        row += pitch;
        IntVector i15 = load(row);
        IntVector t;
        t = FIRST8.selectFrom(i0, i8);
        i8 = SECOND8.selectFrom(i0, i8);
        i0 = t;
        t = FIRST8.selectFrom(i1, i9);
        i9 = SECOND8.selectFrom(i1, i9);
        i1 = t;
        t = FIRST8.selectFrom(i2, i10);
        i10 = SECOND8.selectFrom(i2, i10);
        i2 = t;
        t = FIRST8.selectFrom(i3, i11);
        i11 = SECOND8.selectFrom(i3, i11);
        i3 = t;
        t = FIRST8.selectFrom(i4, i12);
        i12 = SECOND8.selectFrom(i4, i12);
        i4 = t;
        t = FIRST8.selectFrom(i5, i13);
        i13 = SECOND8.selectFrom(i5, i13);
        i5 = t;
        t = FIRST8.selectFrom(i6, i14);
        i14 = SECOND8.selectFrom(i6, i14);
        i6 = t;
        t = FIRST8.selectFrom(i7, i15);
        i15 = SECOND8.selectFrom(i7, i15);
        i7 = t;
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
        i0.reinterpretAsFloats().intoArray(to, start);
        i1.reinterpretAsFloats().intoArray(to, start + LENGTH);
        i2.reinterpretAsFloats().intoArray(to, start + 2 * LENGTH);
        i3.reinterpretAsFloats().intoArray(to, start + 3 * LENGTH);
        i4.reinterpretAsFloats().intoArray(to, start + 4 * LENGTH);
        i5.reinterpretAsFloats().intoArray(to, start + 5 * LENGTH);
        i6.reinterpretAsFloats().intoArray(to, start + 6 * LENGTH);
        i7.reinterpretAsFloats().intoArray(to, start + 7 * LENGTH);
        i8.reinterpretAsFloats().intoArray(to, start + 8 * LENGTH);
        i9.reinterpretAsFloats().intoArray(to, start + 9 * LENGTH);
        i10.reinterpretAsFloats().intoArray(to, start + 10 * LENGTH);
        i11.reinterpretAsFloats().intoArray(to, start + 11 * LENGTH);
        i12.reinterpretAsFloats().intoArray(to, start + 12 * LENGTH);
        i13.reinterpretAsFloats().intoArray(to, start + 13 * LENGTH);
        i14.reinterpretAsFloats().intoArray(to, start + 14 * LENGTH);
        i15.reinterpretAsFloats().intoArray(to, start + 15 * LENGTH);
    }

    private static IntVector load(long address) {
        return IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
