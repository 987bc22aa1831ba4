// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of the CPU backend's kernels into tensors that are there leave on the heap what describes
 * the call, its attributes and the checked shape, whatever the number of threads and units of work.
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

    /** Attributes, what is checked of them, and the sizes of the result. */
    private void assertConvolution(
            long window, int step, long channels, long size, long[] stride, long[] padding) {
        long outSize = (size + 2 * padding[0] - window) / step + 1;
        try (Tensor input = random(1, channels, size, size);
                Tensor weight = random(64, channels, window, window);
                Tensor bias = random(64);
                Tensor out = random(1, 64, outSize, outSize)) {
            assertBytes(
                    200, () -> Ops.conv2dOut(out, input, weight, bias, stride, padding, ONE, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void poolings(int count) {
        open(count);
        try (Tensor input = random(1, 64, 56, 56);
                Tensor out = random(1, 64, 28, 28);
                Tensor mean = random(1, 64, 1, 1)) {
            assertBytes(400, () -> Ops.maxPool2dOut(out, input, TWO, TWO, NONE, ONE, false));
            assertBytes(200, () -> Ops.adaptiveAvgPool2dOut(mean, input, ONE));
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
                assertBytes(128, () -> Ops.linearOut(out, input, weight, bias));
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

    /** Of the operator itself two tensors, of its composite the lists that it is called with. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void attention(int count) {
        open(count);
        try (Tensor query = random(1, 12, 128, 32);
                Tensor key = random(1, 12, 128, 32);
                Tensor value = random(1, 12, 128, 32)) {
            assertBytes(
                    1400,
                    () -> Ops.scaledDotProductAttention(query, key, value, null, 0, false).close());
        }
    }

    /** Of the operator itself three tensors. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void normalizations(int count) {
        open(count);
        long[] row = {384};
        try (Tensor input = random(1, 128, 384);
                Tensor weight = random(384);
                Tensor bias = random(384)) {
            assertBytes(1300, () -> Ops.layerNorm(input, row, weight, bias, 1e-5).close());
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
