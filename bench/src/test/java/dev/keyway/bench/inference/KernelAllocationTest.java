// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.nn.TransformerEncoderLayer;
import dev.keyway.nn.TransformerOptions;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of the CPU backend's kernels leave on the heap handles (tensors, storages, their sizes and
 * strides, attributes) and next to nothing else, whatever the number of threads and units of work.
 * A tensor with its storage takes 144 bytes, sizes and strides each 16 and 8 for a dimension. A
 * call that shares its work may leave up to 16 more: the next one takes another job where a worker
 * has not left the last one yet.
 */
class KernelAllocationTest {
    private static final int CALLS = 200;
    private static final long PATIENCE = 60_000_000_000L;
    private static final String ALGORITHM = "keyway.cpu.convolution";
    private static final long[] THREE = {3, 3};
    private static final long[] TWO = {2, 2};
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Generator generator = new Generator(1);
    private Keyway keyway = Keyway.builder().threads(1).open();
    private MemoryFormat format = MemoryFormat.CONTIGUOUS;

    @AfterEach
    void close() {
        keyway.close();
    }

    @ParameterizedTest
    @CsvSource({"1, F32", "2, F32", "1, F64", "2, F64"})
    void convolutions(int count, DType dtype) {
        open(count);
        assertConvolutions(dtype);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void convolutionsOfChannelsLast(int count) {
        open(count);
        format = MemoryFormat.CHANNELS_LAST;
        assertConvolutions(DType.F32);
        assertConvolution(DType.F32, 7, 2, 3, 56, TWO, THREE);
    }

    private void assertConvolutions(DType dtype) {
        assertConvolution(dtype, 3, 1, 64, 56, ONE, ONE);
        assertConvolution(dtype, 3, 1, 64, 32, ONE, ONE);
        assertConvolution(dtype, 3, 2, 64, 56, TWO, ONE);
        assertConvolution(dtype, 1, 1, 64, 56, ONE, NONE);
        assertConvolution(dtype, 1, 2, 64, 14, TWO, NONE);
        assertConvolution(dtype, 5, 1, 64, 14, ONE, TWO);
    }

    /** With tiles of 4x4 and of 2x2, whose units the threads share out or do together. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void convolutionsByWinograd(int count) {
        System.setProperty(ALGORITHM, "winograd");
        try {
            open(count);
            assertConvolution(DType.F32, 3, 1, 64, 56, ONE, ONE);
            assertConvolution(DType.F32, 3, 1, 64, 28, ONE, ONE);
            assertConvolution(DType.F32, 3, 1, 256, 14, ONE, ONE);
        } finally {
            System.clearProperty(ALGORITHM);
        }
    }

    /** Attributes and the checked sizes of the result. */
    private void assertConvolution(
            DType dtype,
            long window,
            int step,
            long channels,
            long size,
            long[] stride,
            long[] padding) {
        long outSize = (size + 2 * padding[0] - window) / step + 1;
        try (Tensor images = random(dtype, 1, channels, size, size);
                Tensor input = images.contiguous(format);
                Tensor weight = random(dtype, 64, channels, window, window);
                Tensor bias = random(dtype, 64);
                Tensor results = random(dtype, 1, 64, outSize, outSize);
                Tensor out = results.contiguous(format)) {
            assertBytes(88, () -> Ops.conv2dOut(out, input, weight, bias, stride, padding, ONE, 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, CONTIGUOUS", "2, CONTIGUOUS", "1, CHANNELS_LAST", "2, CHANNELS_LAST"})
    void poolings(int count, MemoryFormat of) {
        open(count);
        try (Tensor images = random(1, 64, 56, 56);
                Tensor input = images.contiguous(of);
                Tensor results = random(1, 64, 28, 28);
                Tensor out = results.contiguous(of);
                Tensor mean = random(1, 64, 1, 1)) {
            assertBytes(112, () -> Ops.maxPool2dOut(out, input, TWO, TWO, NONE, ONE, false));
            assertBytes(64, () -> Ops.adaptiveAvgPool2dOut(mean, input, ONE));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, F32", "2, F32", "1, F64", "2, F64"})
    void products(int count, DType dtype) {
        open(count);
        for (long rows : new long[] {1, 128}) {
            try (Tensor input = random(dtype, rows, 384);
                    Tensor weight = random(dtype, 1536, 384);
                    Tensor bias = random(dtype, 1536);
                    Tensor out = random(dtype, rows, 1536)) {
                assertBytes(40, () -> Ops.linearOut(out, input, weight, bias));
            }
        }
        assertProducts(dtype, 100, 200, 300);
        assertProducts(dtype, 1, 200, 300);
        assertProducts(dtype, 100, 1, 300);
    }

    /** The checked sizes of the result, and with addmm attributes. */
    private void assertProducts(DType dtype, long rows, long columns, long inner) {
        try (Tensor self = random(dtype, rows, inner);
                Tensor other = random(dtype, inner, columns);
                Tensor start = random(dtype, columns);
                Tensor out = random(dtype, rows, columns);
                Tensor selves = random(dtype, 4, rows, inner);
                Tensor others = random(dtype, 4, inner, columns);
                Tensor outs = random(dtype, 4, rows, columns)) {
            assertBytes(40, () -> Ops.mmOut(out, self, other));
            assertBytes(40, () -> Ops.addmmOut(out, start, self, other));
            assertBytes(48, () -> Ops.bmmOut(outs, selves, others));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void pointwise(int count) {
        open(count);
        try (Tensor self = random(1 << 18);
                Tensor other = random(1 << 18);
                Tensor out = random(1 << 18)) {
            assertBytes(0, () -> Ops.addOut(out, self, other));
            assertBytes(0, () -> Ops.reluOut(out, self));
        }
    }

    /** Two tensors and two records of attributes. */
    @ParameterizedTest
    @CsvSource({"1, F32", "2, F32", "1, F64", "2, F64"})
    void attention(int count, DType dtype) {
        open(count);
        try (Tensor query = random(dtype, 1, 12, 128, 32);
                Tensor key = random(dtype, 1, 12, 128, 32);
                Tensor value = random(dtype, 1, 12, 128, 32);
                Tensor mask = random(dtype, 1, 1, 1, 128)) {
            assertBytes(
                    488,
                    () -> Ops.scaledDotProductAttention(query, key, value, null, 0, false).close());
            assertBytes(
                    488,
                    () -> Ops.scaledDotProductAttention(query, key, value, mask, 0, false).close());
        }
    }

    /**
     * What a mask of an encoder takes: a tensor, of operands that are one number two views more.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void masks(int count) {
        open(count);
        Device device = keyway.device("cpu");
        try (Tensor mask = Ops.ones(device, DType.BOOL, 1, 1, 1, 128);
                Tensor seen = Ops.full(device, DType.F32, 0.0);
                Tensor hidden = Ops.full(device, DType.F32, Double.NEGATIVE_INFINITY)) {
            assertBytes(384, () -> Ops.where(mask, seen, hidden).close());
            assertBytes(352, () -> Ops.arange(device, DType.I64, 0L, 128).close());
        }
    }

    /** A tensor, with the sizes and strides of the input, and attributes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void normalizations(int count) {
        open(count);
        long[] row = {384};
        try (Tensor input = random(1, 128, 384);
                Tensor weight = random(384);
                Tensor bias = random(384)) {
            assertBytes(168, () -> Ops.layerNorm(input, row, weight, bias, 1e-5).close());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void embeddings(int count) {
        open(count);
        try (Tensor table = random(1000, 384);
                Tensor numbers =
                        Ops.randint(keyway.device("cpu"), DType.I64, generator, 0, 1000, 1, 128)) {
            assertBytes(280, () -> Ops.embedding(table, numbers, -1).close());
        }
    }

    /**
     * A view has no storage of its own, but a list of dimensions; a copy is one tensor, in another
     * shape two.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void rearrangements(int count) {
        open(count);
        try (Tensor heads = random(1, 12, 128, 32);
                Tensor turned = heads.transpose(1, 2)) {
            assertBytes(200, () -> heads.transpose(1, 2).close());
            assertBytes(232, () -> heads.permute(0, 2, 1, 3).close());
            assertBytes(184, () -> heads.select(1, 3).close());
            assertBytes(192, () -> turned.clone().close());
            assertBytes(456, () -> turned.reshape(1, 128, 384).close());
        }
    }

    /** 18 tensors of a layer, of which 13 have storages. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void encoders(int count) {
        open(count);
        TransformerOptions options = TransformerOptions.of(384, 12, 1536);
        try (TransformerEncoderLayer layer =
                        new TransformerEncoderLayer(keyway.device("cpu"), options, generator);
                Tensor input = random(1, 4, 384);
                Scope _ = keyway.noGrad()) {
            layer.eval();
            assertBytes(3920, () -> layer.forward(input).close());
            try (Tensor mask = random(1, 1, 1, 4)) {
                assertBytes(3920, () -> layer.forward(input, mask, false).close());
            }
        }
    }

    private void open(int count) {
        keyway.close();
        keyway = Keyway.builder().threads(count).open();
    }

    private Tensor random(long... sizes) {
        return random(DType.F32, sizes);
    }

    private Tensor random(DType dtype, long... sizes) {
        return Ops.randn(keyway.device("cpu"), dtype, generator, sizes);
    }

    /** The best of many rounds: until the compilers are done, calls may allocate more. */
    private void assertBytes(long most, Runnable call) {
        long start = System.nanoTime();
        long fewest = Long.MAX_VALUE;
        while (fewest > most * CALLS && System.nanoTime() - start < PATIENCE) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(fewest <= most * CALLS, fewest / CALLS + " bytes a call, expected " + most);
    }
}
