// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@code toString} prints; PyTorch 2.10 prints the same up to the names of dtype and device.
 */
class PrinterTest {
    private Keyway keyway;
    private Device device;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().open();
        device = keyway.device("reference");
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    private String print(double[] values, long... sizes) {
        try (Tensor tensor = keyway.tensor(device, values, sizes)) {
            return body(tensor);
        }
    }

    /** Without dtype and device. */
    private static String body(Tensor tensor) {
        String text = tensor.toString();
        int dtype = text.lastIndexOf("dtype=" + tensor.dtype());
        assertTrue(dtype > 0 && text.endsWith("device=reference:0)"), text);
        String rest = text.substring(0, dtype).stripTrailing();
        assertTrue(rest.endsWith(","), text);
        return rest.substring(0, rest.length() - 1);
    }

    @Test
    void realsHaveFourDigitsAndOneWidth() {
        assertEquals(
                "tensor([ 1.5000, -2.2500, 30.1250]", print(new double[] {1.5, -2.25, 30.125}, 3));
        assertEquals("tensor([0.1250, 0.0000]", print(new double[] {0.125, 0}, 2));
        assertEquals("tensor(3.1416", print(new double[] {Math.PI}));
    }

    @Test
    void halvesRoundToEven() {
        assertEquals("tensor([0.0312, 0.0938]", print(new double[] {0.03125, 0.09375}, 2));
    }

    @Test
    void wholeNumbersEndInADot() {
        assertEquals("tensor([  1.,  -2., 300.]", print(new double[] {1, -2, 300}, 3));
        assertEquals("tensor([0., -0.]", print(new double[] {0, -0.0}, 2));
    }

    @Test
    void otherSizesTakeAnExponent() {
        assertEquals("tensor([1.0000e+00, 1.2346e+05]", print(new double[] {1, 123456.4}, 2));
        assertEquals("tensor([5.0000e-05]", print(new double[] {5e-5}, 1));
        assertEquals("tensor([2.0000e+08]", print(new double[] {2e8}, 1));
        assertEquals("tensor([  1.0000e+00, -1.0000e+100]", print(new double[] {1, -1e100}, 2));
    }

    @Test
    void whatIsNoNumberDoesNotWidenColumns() {
        double nan = Double.NaN;
        double inf = Double.POSITIVE_INFINITY;
        assertEquals("tensor([1., nan, -inf]", print(new double[] {1, nan, -inf}, 3));
        assertEquals("tensor([1.5000,    inf]", print(new double[] {1.5, inf}, 2));
        assertEquals("tensor([nan, inf]", print(new double[] {nan, inf}, 2));
    }

    @Test
    void dimensionsAreBracketsAndBlankLines() {
        assertEquals(
                """
                tensor([[[1., 2.],
                         [3., 4.]],

                        [[5., 6.],
                         [7., 8.]]]""",
                print(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2));
    }

    @Test
    void longRowsBreak() {
        try (Tensor range = Ops.arange(device, DType.I64, 0L, 30L)) {
            assertEquals(
                    """
                    tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
                            18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]""",
                    body(range));
        }
    }

    @Test
    void largeTensorsAreSummarised() {
        try (Tensor range = Ops.arange(device, DType.I64, 0L, 1001L);
                Tensor plane = Ops.zeros(device, DType.F32, 100, 20)) {
            assertEquals("tensor([   0,    1,    2,  ...,  998,  999, 1000]", body(range));
            assertEquals(
                    """
                    tensor([[0., 0., 0.,  ..., 0., 0., 0.],
                            [0., 0., 0.,  ..., 0., 0., 0.],
                            [0., 0., 0.,  ..., 0., 0., 0.],
                            ...,
                            [0., 0., 0.,  ..., 0., 0., 0.],
                            [0., 0., 0.,  ..., 0., 0., 0.],
                            [0., 0., 0.,  ..., 0., 0., 0.]]""",
                    body(plane));
        }
    }

    @Test
    void aHugeViewIsNeitherReadNorFlooded() {
        try (Tensor one = Ops.ones(device, DType.F32);
                Tensor huge = one.expand(1L << 20, 1L << 20)) {
            assertTrue(huge.toString().length() < 500);
        }
    }

    @Test
    void boolAndNothing() {
        try (Tensor flags = keyway.tensor(device, new boolean[] {true, false}, 2);
                Tensor none = Ops.zeros(device, DType.F32, 0);
                Tensor empty = Ops.zeros(device, DType.F32, 0, 3)) {
            assertEquals("tensor([ True, False]", body(flags));
            assertEquals("tensor([]", body(none));
            assertEquals("tensor([], size=(0, 3)", body(empty));
        }
    }

    @Test
    void aFullLineTakesTheSuffixToTheNext() {
        try (Tensor range = Ops.arange(device, DType.I64, 10L, 28L)) {
            assertEquals(
                    """
                    tensor([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27],
                           dtype=i64, device=reference:0)""",
                    range.toString());
        }
    }
}
