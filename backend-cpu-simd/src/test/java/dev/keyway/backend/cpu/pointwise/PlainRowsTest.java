// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.UnaryOp;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/** Rows of exact operations give the bits of the opcodes' scalar definitions. */
class PlainRowsTest {
    private static final int[] COUNTS = {0, 1, 7, 8, 15, 16, 17, 67};
    private static final double[] CORNERS = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        0.5,
        -0.5,
        1.5,
        -1.5,
        2.5,
        8388607.5,
        -8388609,
        1e30,
        -1e-40,
        Float.MAX_VALUE,
        Float.MIN_VALUE,
        -1,
        3
    };
    private static final long[] WHOLE_CORNERS = {
        0, 1, -1, 2, -7, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final SplittableRandom random = new SplittableRandom(5);

    private double real(int i) {
        return i % 3 == 0 ? CORNERS[(i / 3) % CORNERS.length] : random.nextDouble(-9, 9);
    }

    private long whole(int i) {
        return i % 3 == 0 ? WHOLE_CORNERS[(i / 3) % WHOLE_CORNERS.length] : random.nextLong(-9, 10);
    }

    @Test
    void functionsOfOneFloat() {
        for (UnaryOp op : UnaryOp.values()) {
            UnaryRow f32 = FloatBasics.row(op);
            UnaryRow f64 = DoubleBasics.row(op);
            for (int count : COUNTS) {
                try (KernelFixture fixture = new KernelFixture(1)) {
                    long a = fixture.floats(count, this::real);
                    long b = fixture.doubles(count, this::real);
                    long out = fixture.allocate(4L * count);
                    long wide = fixture.allocate(8L * count);
                    for (int i = 0; i < count && f32 != null && f64 != null; i++) {
                        if (i == 0) {
                            f32.run(out, a, count);
                            f64.run(wide, b, count);
                        }
                        float x = KernelFixture.getFloat(a, i);
                        double y = KernelFixture.getDouble(b, i);
                        float want =
                                op == UnaryOp.RSQRT
                                        ? 1 / (float) Math.sqrt(x)
                                        : (float) op.apply((double) x);
                        assertEquals(want, KernelFixture.getFloat(out, i), op + " of " + x);
                        assertEquals(
                                op.apply(y), KernelFixture.getDouble(wide, i), op + " of " + y);
                    }
                }
            }
        }
    }

    @Test
    void functionsOfOneInteger() {
        for (UnaryOp op : UnaryOp.values()) {
            UnaryRow i32 = IntBasics.row(op);
            UnaryRow i64 = LongBasics.row(op);
            for (int count : COUNTS) {
                try (KernelFixture fixture = new KernelFixture(1)) {
                    long a = integers(fixture, count, 4);
                    long b = integers(fixture, count, 8);
                    long out = fixture.allocate(4L * count);
                    long wide = fixture.allocate(8L * count);
                    for (int i = 0; i < count && i32 != null && i64 != null; i++) {
                        if (i == 0) {
                            i32.run(out, a, count);
                            i64.run(wide, b, count);
                        }
                        int x = Memory.getInt(a + 4L * i);
                        assertEquals(
                                (int) op.apply((long) x), Memory.getInt(out + 4L * i), "" + op);
                        long y = Memory.getLong(b + 8L * i);
                        assertEquals(op.apply(y), Memory.getLong(wide + 8L * i), "" + op);
                    }
                }
            }
        }
    }

    private long integers(KernelFixture fixture, int count, int size) {
        long address = fixture.allocate((long) size * count);
        for (int i = 0; i < count; i++) {
            if (size == 4) {
                Memory.putInt(address + 4L * i, (int) whole(i));
            } else {
                Memory.putLong(address + 8L * i, whole(i));
            }
        }
        return address;
    }

    @Test
    void functionsOfTwoFloats() {
        for (BinaryOp op : BinaryOp.values()) {
            for (int count : COUNTS) {
                for (int steps = 0; steps < 4; steps++) {
                    floats(op, count, steps & 1, steps >> 1);
                }
            }
        }
    }

    private void floats(BinaryOp op, int count, int stepA, int stepB) {
        BinaryRow f32 = FloatArithmetic.row(op);
        BinaryRow f64 = DoubleArithmetic.row(op);
        if (f32 == null || f64 == null) {
            return;
        }
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(count + 1, this::real);
            long b = fixture.floats(count + 1, i -> real(i + 7));
            long c = fixture.doubles(count + 1, this::real);
            long d = fixture.doubles(count + 1, i -> real(i + 7));
            long out = fixture.allocate(4L * count);
            long wide = fixture.allocate(8L * count);
            f32.run(out, a, stepA, b, stepB, count);
            f64.run(wide, c, stepA, d, stepB, count);
            for (int i = 0; i < count; i++) {
                float x = KernelFixture.getFloat(a, i * stepA);
                float y = KernelFixture.getFloat(b, i * stepB);
                float want = (float) op.apply((double) x, (double) y);
                assertEquals(want, KernelFixture.getFloat(out, i), op + " of " + x + ", " + y);
                double v = KernelFixture.getDouble(c, i * stepA);
                double w = KernelFixture.getDouble(d, i * stepB);
                assertEquals(op.apply(v, w), KernelFixture.getDouble(wide, i), "" + op);
            }
        }
    }

    @Test
    void functionsOfTwoIntegers() {
        for (BinaryOp op : BinaryOp.values()) {
            BinaryRow i32 = IntArithmetic.row(op);
            BinaryRow i64 = LongArithmetic.row(op);
            for (int count : COUNTS) {
                try (KernelFixture fixture = new KernelFixture(1)) {
                    long a = integers(fixture, count, 4);
                    long b = integers(fixture, count, 4);
                    long c = integers(fixture, count, 8);
                    long d = integers(fixture, count, 8);
                    long out = fixture.allocate(4L * count);
                    long wide = fixture.allocate(8L * count);
                    for (int i = 0; i < count && i32 != null && i64 != null; i++) {
                        if (i == 0) {
                            i32.run(out, a, 1, b, 1, count);
                            i64.run(wide, c, 1, d, 1, count);
                        }
                        long x = Memory.getInt(a + 4L * i);
                        long y = Memory.getInt(b + 4L * i);
                        assertEquals((int) op.apply(x, y), Memory.getInt(out + 4L * i), "" + op);
                        long v = Memory.getLong(c + 8L * i);
                        long w = Memory.getLong(d + 8L * i);
                        assertEquals(op.apply(v, w), Memory.getLong(wide + 8L * i), "" + op);
                    }
                }
            }
        }
    }

    @Test
    void comparisonsAndChoices() {
        for (CompareOp op : CompareOp.values()) {
            for (int count : COUNTS) {
                try (KernelFixture fixture = new KernelFixture(1)) {
                    long a = fixture.floats(count, this::real);
                    long b = fixture.floats(count, i -> real(i + 4));
                    long mask = fixture.allocate(count);
                    long out = fixture.allocate(4L * count);
                    FloatComparisons.row(op).run(mask, a, 1, b, 1, count);
                    IntSelection.where(out, mask, a, 1, b, 1, count);
                    long c = integers(fixture, count, 8);
                    long d = integers(fixture, count, 8);
                    long wideMask = fixture.allocate(count);
                    long wide = fixture.allocate(8L * count);
                    LongComparisons.row(op).run(wideMask, c, 1, d, 1, count);
                    LongSelection.where(wide, wideMask, c, 1, d, 1, count);
                    for (int i = 0; i < count; i++) {
                        double x = KernelFixture.getFloat(a, i);
                        double y = KernelFixture.getFloat(b, i);
                        boolean yes = op.apply(x, y);
                        assertEquals(yes ? 1 : 0, Memory.getByte(mask + i), op + " " + x + " " + y);
                        assertEquals((float) (yes ? x : y), KernelFixture.getFloat(out, i));
                        long v = Memory.getLong(c + 8L * i);
                        long w = Memory.getLong(d + 8L * i);
                        boolean wideYes = op.apply(v, w);
                        assertEquals(wideYes ? 1 : 0, Memory.getByte(wideMask + i), "" + op);
                        assertEquals(wideYes ? v : w, Memory.getLong(wide + 8L * i));
                    }
                }
            }
        }
    }

    @Test
    void powersAreNearTheDefinition() {
        double worst = 0;
        int count = 100_003;
        try (KernelFixture fixture = new KernelFixture(1)) {
            long a = fixture.floats(count, i -> i % 5 == 0 ? real(i) : random.nextDouble(0, 40));
            long b = fixture.floats(count, i -> i % 7 == 0 ? real(i) : random.nextDouble(-20, 20));
            long out = fixture.allocate(4L * count);
            FloatPower.pow(out, a, 1, b, 1, count);
            for (int i = 0; i < count; i++) {
                double want =
                        BinaryOp.POW.apply(
                                (double) KernelFixture.getFloat(a, i),
                                (double) KernelFixture.getFloat(b, i));
                float got = KernelFixture.getFloat(out, i);
                boolean same = got == (float) want || (Double.isNaN(want) && Float.isNaN(got));
                double error = same ? 0 : Math.abs(got - want) / Math.ulp((float) want);
                worst = Math.max(worst, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
            }
        }
        System.out.printf("POW of f32: %.3f ulp%n", worst);
        assertEquals(true, worst <= 0.6, "off by " + worst + " ulp");
    }
}
