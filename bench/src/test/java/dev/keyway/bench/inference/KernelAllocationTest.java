// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.nn.TransformerEncoderLayer;
import dev.keyway.nn.TransformerOptions;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of the CPU backend's kernels leave on the heap handles (tensors, storages, their sizes and
 * strides, attributes) and next to nothing else, whatever the number of threads and units of work.
 * A tensor with its storage takes 144 bytes, sizes and strides each 16 and 8 for a dimension.
 */
class KernelAllocationTest {
    private static final int CALLS = 200;
    private static final long PATIENCE = 60_000_000_000L;
    private static final long[] TWO = {2, 2};
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Generator generator = new Generator(1);
    private Keyway keyway = Keyway.builder().threads(1).open();

    @AfterEach
    void close() {
        keyway.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void convolutions(int count) {
        open(count);
        assertConvolution(3, 1, 64, 56, ONE, ONE);
        assertConvolution(3, 2, 64, 56, TWO, ONE);
        assertConvolution(1, 1, 64, 56, ONE, NONE);
        assertConvolution(1, 2, 64, 14, TWO, NONE);
        assertConvolution(5, 1, 64, 28, ONE, TWO);
    }

    /** Attributes and the checked sizes of the result. */
    private void assertConvolution(
            long window, int step, long channels, long size, long[] stride, long[] padding) {
        long outSize = (size + 2 * padding[0] - window) / step + 1;
        try (Tensor input = random(1, channels, size, size);
                Tensor weight = random(64, channels, window, window);
                Tensor bias = random(64);
                Tensor out = random(1, 64, outSize, outSize)) {
            assertBytes(
                    112, () -> Ops.conv2dOut(out, input, weight, bias, stride, padding, ONE, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void poolings(int count) {
        open(count);
        try (Tensor input = random(1, 64, 56, 56);
                Tensor out = random(1, 64, 28, 28);
                Tensor mean = random(1, 64, 1, 1)) {
            assertBytes(112, () -> Ops.maxPool2dOut(out, input, TWO, TWO, NONE, ONE, false));
            assertBytes(64, () -> Ops.adaptiveAvgPool2dOut(mean, input, ONE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void products(int count) {
        open(count);
        for (long rows : new long[] {1, 128}) {
            try (Tensor input = random(rows, 384);
                    Tensor weight = random(1536, 384);
                    Tensor bias = random(1536);
                    Tensor out = random(rows, 1536)) {
                assertBytes(40, () -> Ops.linearOut(out, input, weight, bias));
            }
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

    /** Two tensors; the rest are lists of them and what describes the call to its kernel. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void attention(int count) {
        open(count);
        try (Tensor query = random(1, 12, 128, 32);
                Tensor key = random(1, 12, 128, 32);
                Tensor value = random(1, 12, 128, 32)) {
            assertBytes(
                    900,
                    () -> Ops.scaledDotProductAttention(query, key, value, null, 0, false).close());
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
            assertBytes(200, () -> Ops.layerNorm(input, row, weight, bias, 1e-5).close());
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
            assertBytes(208, () -> heads.transpose(1, 2).close());
            assertBytes(232, () -> heads.permute(0, 2, 1, 3).close());
            assertBytes(208, () -> heads.select(1, 3).close());
            assertBytes(232, () -> turned.clone().close());
            assertBytes(600, () -> turned.reshape(1, 128, 384).close());
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
            assertBytes(4900, () -> layer.forward(input).close());
        }
    }

    private void open(int count) {
        keyway.close();
        keyway = Keyway.builder().threads(count).open();
    }

    private Tensor random(long... sizes) {
        Device device = keyway.device("cpu");
        return Ops.randn(device, DType.F32, generator, sizes);
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
