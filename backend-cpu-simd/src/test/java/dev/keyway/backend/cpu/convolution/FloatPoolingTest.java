// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** f32 pooling against loops over the windows. */
final class FloatPoolingTest {
    private static final List<Pooling> SHAPES =
            List.of(
                    new Pooling(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1),
                    new Pooling(5, 8, 6, 2, 2, 2, 2, 0, 0, 4, 3),
                    new Pooling(3, 7, 9, 3, 2, 2, 3, 1, 1, 4, 4),
                    new Pooling(0, 4, 4, 2, 2, 2, 2, 0, 0, 2, 2));

    @Test
    void maximumAndItsGradient() {
        for (Pooling shape : SHAPES) {
            try (KernelFixture memory = new KernelFixture(4)) {
                int outputs = (int) shape.planes() * shape.outPixels();
                int inputs = (int) shape.planes() * shape.pixels();
                long input = memory.floats(inputs);
                long out = memory.allocate((long) Float.BYTES * outputs);
                long indices = memory.allocate((long) Long.BYTES * outputs);
                FloatPooling.max(KernelFixture.TWO, shape, input, out, indices);
                long grad = memory.floats(outputs);
                long gradInput = memory.allocate((long) Float.BYTES * inputs);
                FloatPooling.maxBackward(
                        KernelFixture.TWO,
                        shape.planes(),
                        shape.outPixels(),
                        shape.pixels(),
                        grad,
                        indices,
                        gradInput);
                float[] expected = new float[inputs];
                for (int o = 0; o < outputs; o++) {
                    int where = largest(shape, input, o);
                    int plane = o / shape.outPixels() * shape.pixels();
                    assertEquals(where, Memory.getLong(indices + 8L * o));
                    assertEquals(getFloat(input, plane + where), getFloat(out, o));
                    expected[plane + where] += getFloat(grad, o);
                }
                for (int i = 0; i < inputs; i++) {
                    assertEquals(expected[i], getFloat(gradInput, i));
                }
            }
        }
    }

    /** Rows shorter and longer than vectors, windows past the edge, both strides. */
    @Test
    void maximumWithoutItsPlace() {
        List<Pooling> shapes =
                List.of(
                        SHAPES.get(1),
                        SHAPES.get(3),
                        new Pooling(3, 7, 9, 3, 2, 2, 2, 1, 1, 4, 5),
                        new Pooling(2, 5, 16, 3, 3, 1, 1, 1, 1, 5, 16),
                        new Pooling(2, 5, 17, 2, 5, 3, 1, 0, 2, 2, 17),
                        new Pooling(2, 9, 67, 3, 3, 2, 2, 1, 1, 5, 34),
                        new Pooling(3, 6, 64, 2, 2, 2, 2, 0, 0, 3, 32));
        for (Pooling shape : shapes) {
            try (KernelFixture memory = new KernelFixture(6)) {
                int outputs = (int) shape.planes() * shape.outPixels();
                long input = memory.floats((int) shape.planes() * shape.pixels());
                long out = memory.allocate((long) Float.BYTES * outputs);
                FloatMaxValues.run(KernelFixture.TWO, shape, input, out);
                for (int o = 0; o < outputs; o++) {
                    int plane = o / shape.outPixels() * shape.pixels();
                    int where = largest(shape, input, o);
                    assertEquals(getFloat(input, plane + where), getFloat(out, o));
                }
            }
        }
    }

    @Test
    void maximumWithoutItsPlaceOfCorners() {
        double nan = Double.NaN;
        double[] numbers = {-0.0, 0, -3, 5, nan, -1, 7, nan, -0.0, -0.0, -1 / 0.0, -1 / 0.0};
        double[] expected = {0, 5, nan, nan, -0.0, -1 / 0.0};
        for (int copies = 1; copies < 40; copies += 7) {
            int outputs = 6 * copies;
            Pooling shape = new Pooling(1, 1, 2 * outputs, 1, 2, 1, 2, 0, 0, 1, outputs);
            try (KernelFixture memory = new KernelFixture(5)) {
                long input = memory.floats(2 * outputs, i -> numbers[i % 12]);
                long out = memory.allocate((long) Float.BYTES * outputs);
                FloatMaxValues.run(KernelFixture.ONE, shape, input, out);
                for (int o = 0; o < outputs; o++) {
                    assertEquals((float) expected[o % 6], getFloat(out, o));
                }
            }
        }
    }

    private static int largest(Pooling shape, long input, int output) {
        int plane = output / shape.outPixels() * shape.pixels();
        int best = -1;
        for (int index = 0; index < shape.pixels(); index++) {
            if (inWindow(shape, output % shape.outPixels(), index)
                    && (best < 0
                            || getFloat(input, plane + index) > getFloat(input, plane + best))) {
                best = index;
            }
        }
        return best;
    }

    private static boolean inWindow(Pooling shape, int output, int index) {
        int top = output / shape.outWidth() * shape.strideHeight() - shape.paddingHeight();
        int left = output % shape.outWidth() * shape.strideWidth() - shape.paddingWidth();
        int y = index / shape.width() - top;
        int x = index % shape.width() - left;
        return y >= 0 && x >= 0 && y < shape.kernelHeight() && x < shape.kernelWidth();
    }

    @Test
    void maximumOfNotANumberAndEqualNumbers() {
        try (KernelFixture memory = new KernelFixture(5)) {
            Pooling shape = new Pooling(1, 2, 4, 2, 2, 2, 2, 0, 0, 1, 2);
            long input = memory.floats(8, i -> i == 4 ? Double.NaN : Double.NEGATIVE_INFINITY);
            long out = memory.allocate(2L * Float.BYTES);
            long indices = memory.allocate(16);
            FloatPooling.max(KernelFixture.ONE, shape, input, out, indices);
            assertTrue(Float.isNaN(getFloat(out, 0)));
            assertEquals(4, Memory.getLong(indices));
            assertEquals(Float.NEGATIVE_INFINITY, getFloat(out, 1));
            assertEquals(2, Memory.getLong(indices + 8));
        }
    }

    @Test
    void signedZerosAreEqualAndTheLastNotANumberWins() {
        double[] numbers = {-0.0, 0.0, -3, 5, Double.NaN, -1, Double.NaN, -2};
        try (KernelFixture memory = new KernelFixture(5)) {
            Pooling shape = new Pooling(4, 1, 2, 1, 2, 1, 2, 0, 0, 1, 1);
            long input = memory.floats(8, i -> numbers[i]);
            long out = memory.allocate(4L * Float.BYTES);
            long indices = memory.allocate(32);
            FloatPooling.max(KernelFixture.ONE, shape, input, out, indices);
            long[] expected = {0, 1, 0, 0};
            for (int i = 0; i < 4; i++) {
                assertEquals(expected[i], Memory.getLong(indices + 8L * i));
            }
            Pooling whole = new Pooling(1, 1, 8, 1, 8, 1, 8, 0, 0, 1, 1);
            FloatPooling.max(KernelFixture.ONE, whole, input, out, indices);
            assertEquals(6, Memory.getLong(indices));
        }
    }

    @Test
    void averageCountsPadding() {
        List<Pooling> shapes = new ArrayList<>(SHAPES);
        shapes.add(new Pooling(3, 6, 64, 2, 2, 2, 2, 0, 0, 3, 32));
        shapes.add(new Pooling(2, 9, 67, 3, 3, 2, 2, 1, 1, 5, 34));
        shapes.add(new Pooling(2, 5, 41, 3, 3, 1, 1, 1, 1, 5, 41));
        shapes.add(new Pooling(2, 5, 16, 1, 1, 1, 1, 0, 0, 5, 16));
        shapes.add(new Pooling(1, 5, 33, 2, 5, 3, 1, 0, 2, 2, 33));
        shapes.add(new Pooling(1, 4, 99, 2, 3, 2, 3, 0, 0, 2, 33));
        for (Pooling shape : shapes) {
            try (KernelFixture memory = new KernelFixture(6)) {
                int outputs = (int) shape.planes() * shape.outPixels();
                long input = memory.floats((int) shape.planes() * shape.pixels());
                long out = memory.allocate((long) Float.BYTES * outputs);
                FloatAverage.run(KernelFixture.TWO, shape, true, 0, input, out);
                for (int o = 0; o < outputs; o++) {
                    int plane = o / shape.outPixels() * shape.pixels();
                    float sum = 0;
                    for (int index = 0; index < shape.pixels(); index++) {
                        if (inWindow(shape, o % shape.outPixels(), index)) {
                            sum += getFloat(input, plane + index);
                        }
                    }
                    int row = o % shape.outPixels() / shape.outWidth() * shape.strideHeight();
                    int column = o % shape.outWidth() * shape.strideWidth();
                    int height =
                            Math.min(
                                    shape.kernelHeight(),
                                    shape.height() + 2 * shape.paddingHeight() - row);
                    int width =
                            Math.min(
                                    shape.kernelWidth(),
                                    shape.width() + 2 * shape.paddingWidth() - column);
                    assertEquals(sum / (height * width), getFloat(out, o));
                }
            }
        }
    }

    @Test
    void adaptiveAverageOfUnevenWindows() {
        try (KernelFixture memory = new KernelFixture(7)) {
            long input = memory.floats(10, i -> i);
            long out = memory.allocate(6L * Float.BYTES);
            FloatAdaptiveAverage.run(KernelFixture.ONE, 2, 1, 5, 1, 3, input, out);
            float[] expected = {0.5f, 2, 3.5f, 5.5f, 7, 8.5f};
            for (int i = 0; i < 6; i++) {
                assertEquals(expected[i], getFloat(out, i));
            }
        }
    }

    @Test
    void windowsWithGaps() {
        Pooling shape = new Pooling(2, 7, 9, 3, 2, 1, 2, 1, 1, 2, 3, 5, 4);
        try (KernelFixture memory = new KernelFixture(9)) {
            int outputs = 2 * shape.outPixels();
            long input = memory.floats(2 * shape.pixels(), i -> i * 37 % 61);
            long out = memory.allocate((long) Float.BYTES * outputs);
            long indices = memory.allocate((long) Long.BYTES * outputs);
            FloatPooling.max(KernelFixture.TWO, shape, input, out, indices);
            for (int o = 0; o < outputs; o++) {
                int plane = o / shape.outPixels() * shape.pixels();
                int top = o % shape.outPixels() / shape.outWidth() - 1;
                int left = o % shape.outWidth() * 2 - 1;
                int best = -1;
                for (int tap = 0; tap < 6; tap++) {
                    int y = top + tap / 2 * 2;
                    int x = left + tap % 2 * 3;
                    int index = y * shape.width() + x;
                    boolean inside = y >= 0 && x >= 0 && y < shape.height() && x < shape.width();
                    if (inside
                            && (best < 0
                                    || getFloat(input, plane + index)
                                            > getFloat(input, plane + best))) {
                        best = index;
                    }
                }
                assertEquals(best, Memory.getLong(indices + 8L * o));
                assertEquals(getFloat(input, plane + best), getFloat(out, o));
            }
        }
    }

    @Test
    void divisorsOfAverages() {
        Pooling shape = new Pooling(1, 5, 5, 3, 3, 2, 2, 1, 1, 3, 3);
        try (KernelFixture memory = new KernelFixture(9)) {
            long input = memory.floats(shape.pixels(), i -> 1);
            long out = memory.allocate((long) Float.BYTES * shape.outPixels());
            FloatAverage.run(KernelFixture.ONE, shape, false, 0, input, out);
            assertEquals(1, getFloat(out, 0));
            FloatAverage.run(KernelFixture.ONE, shape, true, 0, input, out);
            assertEquals(4.0 / 9, getFloat(out, 0), 1e-6);
            FloatAverage.run(KernelFixture.ONE, shape, true, 2, input, out);
            assertEquals(2, getFloat(out, 0));
        }
    }

    /** Groups of planes and what is left of them. */
    @Test
    void adaptiveAverageOfManyPlanes() {
        int planes = 19;
        for (int size : new int[] {1, 3, 7}) {
            try (KernelFixture memory = new KernelFixture(8)) {
                long input = memory.floats(planes * 9 * 17);
                long out = memory.allocate((long) Float.BYTES * planes * size * size);
                FloatAdaptiveAverage.run(KernelFixture.TWO, planes, 9, 17, size, size, input, out);
                for (int o = 0; o < planes * size * size; o++) {
                    int y = o / size % size;
                    int x = o % size;
                    float sum = 0;
                    int count = 0;
                    for (int i = y * 9 / size; i < Math.ceilDiv((y + 1) * 9, size); i++) {
                        for (int j = x * 17 / size; j < Math.ceilDiv((x + 1) * 17, size); j++) {
                            sum += getFloat(input, (o / (size * size) * 9 + i) * 17 + j);
                            count++;
                        }
                    }
                    assertEquals(sum / count, getFloat(out, o));
                }
            }
        }
    }
}
