// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.UnaryOp;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of f16 and bf16 on their bits, for all that there are, against the way over f32. */
final class HalfRowsTest {
    private static final int ALL = 1 << 16;
    private static final int[] COUNTS = {0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 131, ALL};

    private static float widened(DType dtype, int bits) {
        return dtype == DType.F16
                ? Float.float16ToFloat((short) bits)
                : Float.intBitsToFloat(bits << 16);
    }

    /** Half to even by the two neighbours. */
    private static int narrowed(DType dtype, float x) {
        int bits = Float.floatToRawIntBits(x);
        if (dtype == DType.F16) {
            return Float.floatToFloat16(x) & 0xFFFF;
        }
        if (Float.isNaN(x)) {
            return bits >>> 16 | 0x40;
        }
        int down = bits >>> 16;
        int rest = bits & 0xFFFF;
        boolean up = rest > 0x8000 || rest == 0x8000 && down % 2 == 1;
        return up ? down + 1 : down;
    }

    private static float apply(UnaryOp op, float x) {
        int bits = Float.floatToRawIntBits(x);
        return switch (op) {
            case ABS -> Float.intBitsToFloat(bits & 0x7FFFFFFF);
            case NEG -> Float.intBitsToFloat(bits ^ 0x80000000);
            default -> Float.isNaN(x) ? x : Math.max(x, 0f);
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void functionsOfTheSign(DType dtype) {
        for (UnaryOp op : new UnaryOp[] {UnaryOp.ABS, UnaryOp.NEG, UnaryOp.RELU}) {
            UnaryRow row = Objects.requireNonNull(HalfSigns.row(op, dtype));
            for (int count : COUNTS) {
                try (KernelFixture memory = new KernelFixture(1)) {
                    long a = memory.allocate(2L * count);
                    long out = memory.allocate(2L * count);
                    for (int i = 0; i < count; i++) {
                        Memory.putShort(a + 2L * i, (short) bits(i, count));
                    }
                    row.run(out, a, count);
                    for (int i = 0; i < count; i++) {
                        int want = narrowed(dtype, apply(op, widened(dtype, bits(i, count))));
                        assertEquals(want, Memory.getShort(out + 2L * i) & 0xFFFF, op + " " + i);
                    }
                }
            }
        }
    }

    /** From all corners where there are few. */
    private static int bits(int i, int count) {
        return count == ALL ? i : i * 40503 & 0xFFFF;
    }

    /** The order between the conversions is read from numbers that conversions leave alone. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void conversionsInPairs(DType dtype) {
        UnaryRow forth = Objects.requireNonNull(HalfPairs.row(dtype, DType.F32));
        UnaryRow back = Objects.requireNonNull(HalfPairs.row(DType.F32, dtype));
        for (int count : COUNTS) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long halves = memory.allocate(2L * count);
                long floats = memory.allocate(4L * count);
                long again = memory.allocate(2L * count);
                for (int i = 0; i < count; i++) {
                    Memory.putShort(halves + 2L * i, (short) bits(i, count));
                }
                forth.run(floats, halves, count);
                for (int i = 0; i < count; i++) {
                    float x = Memory.getFloat(floats + 4L * i) * 1.0001f;
                    Memory.putFloat(floats + 4L * i, x);
                }
                back.run(again, floats, count);
                for (int i = 0; i < count; i++) {
                    int want = narrowed(dtype, widened(dtype, bits(i, count)) * 1.0001f);
                    assertEquals(want, Memory.getShort(again + 2L * i) & 0xFFFF, "element " + i);
                }
            }
        }
    }
}
