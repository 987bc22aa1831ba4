// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatWindow3x3.BIAS;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Two strips of {@link FloatStrips3x3Stride2} side by side: rows are read nearly in the order in
 * which they lie in memory, and there are two chains of products to wait for. Needs the 32
 * registers of machines with vectors of 512 bits. Numbers are picked as the integers of their bits.
 */
final class FloatPairs3x3Stride2 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /** Whether this is a way on this machine. */
    static final boolean SUITS = SPECIES.vectorBitSize() == 512;

    private FloatPairs3x3Stride2() {}

    /**
     * The outputs of both strips.
     *
     * @param row address of the middle row of the first windows, from their second column on
     * @param side of the number on the left of the first strip's
     * @param sideBytes from there to the next row's
     * @param rowBytes to the next row
     * @param end of {@code row}
     * @param weights nine, then the bias
     * @param out address of the first outputs, which have the products with the row above
     * @param outBytes to the next ones
     * @param apart bytes from the outputs of the first strip to those of the second
     */
    static void run(
            long row,
            long side,
            long sideBytes,
            long rowBytes,
            long end,
            float[] weights,
            long out,
            long outBytes,
            long apart) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        FloatVector a = FloatVector.fromMemorySegment(SPECIES, ALL, out, ORDER);
        FloatVector b = FloatVector.fromMemorySegment(SPECIES, ALL, out + apart, ORDER);
        while (row < end) {
            long right = row + 2 * apart;
            IntVector even = load(row);
            IntVector odd = load(row + BYTES);
            FloatVector a1 = FloatPick.EVEN.selectFrom(even, odd).reinterpretAsFloats();
            odd = FloatPick.ODD.selectFrom(even, odd);
            FloatVector a2 = odd.reinterpretAsFloats();
            odd = FloatPick.BEFORE.selectFrom(odd, splat(side));
            FloatVector a0 = odd.reinterpretAsFloats();
            even = load(right);
            odd = load(right + BYTES);
            FloatVector b1 = FloatPick.EVEN.selectFrom(even, odd).reinterpretAsFloats();
            odd = FloatPick.ODD.selectFrom(even, odd);
            FloatVector b2 = odd.reinterpretAsFloats();
            odd = FloatPick.BEFORE.selectFrom(odd, splat(right - SIZE));
            FloatVector b0 = odd.reinterpretAsFloats();
            row += rowBytes;
            right += rowBytes;
            side += sideBytes;
            even = load(row);
            odd = load(row + BYTES);
            FloatVector a4 = FloatPick.EVEN.selectFrom(even, odd).reinterpretAsFloats();
            odd = FloatPick.ODD.selectFrom(even, odd);
            FloatVector a5 = odd.reinterpretAsFloats();
            odd = FloatPick.BEFORE.selectFrom(odd, splat(side));
            FloatVector a3 = odd.reinterpretAsFloats();
            even = load(right);
            odd = load(right + BYTES);
            FloatVector b4 = FloatPick.EVEN.selectFrom(even, odd).reinterpretAsFloats();
            odd = FloatPick.ODD.selectFrom(even, odd);
            FloatVector b5 = odd.reinterpretAsFloats();
            odd = FloatPick.BEFORE.selectFrom(odd, splat(right - SIZE));
            FloatVector b3 = odd.reinterpretAsFloats();
            a = w5.fma(a2, w4.fma(a1, w3.fma(a0, a)));
            b = w5.fma(b2, w4.fma(b1, w3.fma(b0, b)));
            a = w8.fma(a5, w7.fma(a4, w6.fma(a3, a)));
            b = w8.fma(b5, w7.fma(b4, w6.fma(b3, b)));
            a.intoMemorySegment(ALL, out, ORDER);
            b.intoMemorySegment(ALL, out + apart, ORDER);
            a = w2.fma(a5, w1.fma(a4, w0.fma(a3, bias)));
            b = w2.fma(b5, w1.fma(b4, w0.fma(b3, bias)));
            row += rowBytes;
            side += sideBytes;
            out += outBytes;
        }
    }

    private static IntVector splat(long address) {
        return IntVector.broadcast(INTS, Memory.getInt(address));
    }

    private static IntVector load(long address) {
        return IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
    }
}
