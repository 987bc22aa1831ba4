// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels of the CPU that move elements, at sizes around their blocks, against plain loops. */
class CpuMovesTest {
    private static final int[] SIZES = {0, 1, 2, 15, 16, 17, 31, 33, 257};

    private Keyway keyway;
    private Device device;

    @BeforeEach
    void open() {
        keyway = Keyway.builder().threads(2).open();
        device = keyway.device("cpu");
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    /** 0, 1, 2 ... modulo a prime that every dtype holds exactly. */
    private Tensor numbered(DType dtype, long... sizes) {
        long numel = 1;
        for (long size : sizes) {
            numel *= size;
        }
        try (Tensor range = Ops.arange(device, DType.I64, 0L, numel);
                Tensor small = range.remainder(113L);
                Tensor cast = small.to(dtype);
                Tensor shaped = cast.view(sizes)) {
            return shaped.detach();
        }
    }

    private static double value(DType dtype, long i) {
        return dtype == DType.BOOL ? (i % 113 == 0 ? 0 : 1) : i % 113;
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void transposesOfEveryDtype(DType dtype) {
        for (int rows : SIZES) {
            for (int columns : new int[] {1, 17, 33, 130}) {
                try (Tensor self = numbered(dtype, 2, rows, columns);
                        Tensor turned = self.transpose(1, 2);
                        Tensor dense = turned.contiguous()) {
                    double[] actual = dense.toDoubleArray();
                    for (int k = 0; k < actual.length; k++) {
                        int batch = k / (rows * columns);
                        int column = k / rows % columns;
                        long from = ((long) batch * rows + k % rows) * columns + column;
                        assertEquals(value(dtype, from), actual[k]);
                    }
                }
            }
        }
    }

    /** Dense, turned, with gaps between rows, and nothing; joined in each dimension. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void joinsOfEveryDtype(DType dtype) {
        for (int size : SIZES) {
            try (Tensor dense = numbered(dtype, 3, 5, size);
                    Tensor middle = numbered(dtype, 3, size, 5).transpose(1, 2);
                    Tensor outer = numbered(dtype, size, 5, 3).transpose(0, 2);
                    Tensor wide = numbered(dtype, 3, 5, size + 3).narrow(2, 2, size);
                    Tensor none = Ops.empty(device, dtype, 0)) {
                for (int dim = 0; dim < 3; dim++) {
                    List<Tensor> parts = List.of(dense, middle, none, outer, wide, dense);
                    try (Tensor joined = Ops.cat(parts, dim - 3)) {
                        checkJoined(parts, dim, joined);
                    }
                }
            }
        }
    }

    private static void checkJoined(List<Tensor> parts, int dim, Tensor joined) {
        double[] actual = joined.toDoubleArray();
        long rest = 1;
        for (int d = dim + 1; d < 3; d++) {
            rest *= joined.size(d);
        }
        long inner = joined.size(dim) * rest;
        long start = 0;
        for (Tensor part : parts) {
            double[] numbers = part.toDoubleArray();
            int piece = part.dim() == 1 ? 0 : (int) (part.size(dim) * rest);
            for (int k = 0; k < numbers.length; k++) {
                assertEquals(numbers[k], actual[(int) (k / piece * inner + start + k % piece)]);
            }
            start += piece;
        }
        assertEquals(inner, start);
    }

    @Test
    void everyThirdElementOfALongRow() {
        try (Tensor self = numbered(DType.F32, 100_000);
                Tensor third = self.slice(0, 1L, null, 3);
                Tensor dense = third.contiguous()) {
            float[] actual = dense.toFloatArray();
            for (int k = 0; k < actual.length; k++) {
                assertEquals((1 + 3 * k) % 113, actual[k]);
            }
        }
    }

    @Test
    void copiesIntoStridedTargets() {
        try (Tensor target = Ops.zeros(device, DType.I32, 37, 66);
                Tensor turned = target.t();
                Tensor source = numbered(DType.I32, 66, 37)) {
            turned.copy_(source);
            long[] actual = target.toLongArray();
            for (int k = 0; k < actual.length; k++) {
                assertEquals((k % 66 * 37 + k / 66) % 113, actual[k]);
            }
        }
    }

    @Test
    void trianglesOfManyRows() {
        for (long diagonal : new long[] {-300, -1, 0, 3, 300}) {
            try (Tensor self = numbered(DType.F64, 3, 130, 257);
                    Tensor lower = self.tril(diagonal);
                    Tensor upper = self.triu(diagonal)) {
                double[] low = lower.toDoubleArray();
                double[] high = upper.toDoubleArray();
                for (int k = 0; k < low.length; k++) {
                    long distance = k % 257 - k / 257 % 130;
                    assertEquals(distance <= diagonal ? k % 113 : 0, low[k]);
                    assertEquals(distance >= diagonal ? k % 113 : 0, high[k]);
                }
            }
        }
    }

    @Test
    void flipsOfEveryDimension() {
        for (long[] dims : List.of(new long[] {0}, new long[] {1, -1}, new long[] {0, 1, 2})) {
            try (Tensor self = numbered(DType.I64, 5, 70, 130);
                    Tensor flipped = self.flip(dims)) {
                long[] actual = flipped.toLongArray();
                for (int k = 0; k < actual.length; k++) {
                    long[] at = {k / (70 * 130), k / 130 % 70, k % 130};
                    long[] sizes = {5, 70, 130};
                    for (long dim : dims) {
                        int d = (int) (dim < 0 ? dim + 3 : dim);
                        at[d] = sizes[d] - 1 - at[d];
                    }
                    assertEquals(((at[0] * 70 + at[1]) * 130 + at[2]) % 113, actual[k]);
                }
            }
        }
    }

    @Test
    void rowsByIndexAndBack() {
        try (Tensor table = numbered(DType.F32, 500, 384);
                Tensor range = Ops.arange(device, DType.I64, 0L, 2000L);
                Tensor scaled = range.mul(7L);
                Tensor index = scaled.remainder(500L);
                Tensor rows = table.indexSelect(0, index);
                Tensor zeros = Ops.zeros(device, DType.F32, 500, 384);
                Tensor back = zeros.indexAdd(0, index, rows)) {
            float[] picked = rows.toFloatArray();
            for (int k = 0; k < picked.length; k++) {
                assertEquals((k / 384 * 7 % 500 * 384 + k % 384) % 113, picked[k]);
            }
            float[] sums = back.toFloatArray();
            for (int k = 0; k < sums.length; k++) {
                assertEquals(4 * (k % 113), sums[k], "each row comes four times");
            }
        }
    }
}
