// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.Philox;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Random f64 and integers, element by element against the words of their blocks. */
final class OtherRandomTest {
    private static final int SIZE = 2_051;
    private static final long SEED = -77;
    private static final long OFFSET = 0x1FFFFFFF0L;

    @Test
    void integersAreTheWordModuloTheRange() {
        long[][] ranges = {
            {0, 1},
            {-3, 7},
            {0, 1000},
            {5, 5 + (1L << 31)},
            {-9, -9 + 0xFFFFFFFFL},
            {0, 1L << 32},
            {7, 7 + (3L << 33)},
            {Long.MIN_VALUE, Long.MAX_VALUE}
        };
        for (long[] range : ranges) {
            Primitives.Random given = new Primitives.Random(SEED, OFFSET, range[0], range[1], 0);
            try (KernelFixture memory = new KernelFixture(1)) {
                long longs = fill(memory, DType.I64, RandomOp.INTEGER, given);
                long doubles = fill(memory, DType.F64, RandomOp.INTEGER, given);
                for (int i = 0; i < SIZE; i++) {
                    long expected = modulo(word(i), range[0], range[1]);
                    assertEquals(expected, Memory.getLong(longs + 8L * i));
                    assertEquals((double) expected, Memory.getDouble(doubles + 8L * i));
                }
            }
        }
    }

    private static long modulo(int word, long from, long to) {
        BigInteger range = BigInteger.valueOf(to).subtract(BigInteger.valueOf(from));
        BigInteger rest = BigInteger.valueOf(Integer.toUnsignedLong(word)).mod(range);
        return rest.add(BigInteger.valueOf(from)).longValueExact();
    }

    @Test
    void smallIntegers() {
        Primitives.Random given = new Primitives.Random(SEED, OFFSET, -1000, 1000, 0);
        try (KernelFixture memory = new KernelFixture(1)) {
            long ints = fill(memory, DType.I32, RandomOp.INTEGER, given);
            for (int i = 0; i < SIZE; i++) {
                assertEquals(modulo(word(i), -1000, 1000), Memory.getInt(ints + 4L * i));
            }
        }
    }

    @Test
    void hits() {
        Primitives.Random given = new Primitives.Random(SEED, OFFSET, 0, 1, 0.25);
        try (KernelFixture memory = new KernelFixture(1)) {
            long ints = fill(memory, DType.I32, RandomOp.BERNOULLI, given);
            long longs = fill(memory, DType.I64, RandomOp.BERNOULLI, given);
            long doubles = fill(memory, DType.F64, RandomOp.BERNOULLI, given);
            for (int i = 0; i < SIZE; i++) {
                int expected = word(i) >>> 8 < 1 << 22 ? 1 : 0;
                assertEquals(expected, Memory.getInt(ints + 4L * i));
                assertEquals(expected, Memory.getLong(longs + 8L * i));
                assertEquals(expected, Memory.getDouble(doubles + 8L * i));
            }
        }
    }

    @Test
    void numbersOf53Bits() {
        Primitives.Random given = new Primitives.Random(SEED, OFFSET, 0, 1, 0);
        try (KernelFixture memory = new KernelFixture(1)) {
            long uniform = fill(memory, DType.F64, RandomOp.UNIFORM, given);
            long normal = fill(memory, DType.F64, RandomOp.NORMAL, given);
            for (int i = 0; i < SIZE; i++) {
                assertEquals(Philox.uniformDouble(word(i)), Memory.getDouble(uniform + 8L * i));
                assertEquals(
                        Philox.normalDouble(word(i & ~1), word(i | 1), (i & 1) == 1),
                        Memory.getDouble(normal + 8L * i));
            }
        }
    }

    private static long fill(
            KernelFixture memory, DType dtype, RandomOp op, Primitives.Random given) {
        long out = memory.allocate((long) dtype.itemSize() * SIZE);
        RandomKernels.fill(KernelFixture.TWO, dtype, op, given, out, SIZE);
        return out;
    }

    private static int word(int i) {
        int[] words = new int[4];
        Philox.block(SEED, OFFSET + i / 4, words);
        return words[i & 3];
    }
}
