// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.bench.models.MiniLm;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The encoder of MiniLM on a text of 128 words. With {@code -prof gc} it shows what a run leaves on
 * the heap. A run in the measured part that takes memory from the device fails the benchmark.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx2g",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED"
        })
public class MiniLmBenchmark {
    private static final int SETTLING = 3;
    private static final int WORDS = 128;

    /** Threads of the runtime. */
    @Param({"1", "2"})
    public int threads;

    private Inference inference = new Inference(1);
    private long reserved;

    /** Opens a runtime on the threads. */
    @Setup(Level.Trial)
    public void open() {
        inference.close();
        inference = new Inference(threads);
    }

    /** Notes what memory the device has given: weights are kept packed from their second use on. */
    @Setup(Level.Iteration)
    public void note() {
        for (int run = 0; run < SETTLING; run++) {
            inference.run();
        }
        reserved = inference.reserved();
    }

    /** Steady state takes no memory from the device. */
    @TearDown(Level.Iteration)
    public void check() {
        if (inference.reserved() != reserved) {
            throw new IllegalStateException(
                    "inference took memory: " + reserved + " to " + inference.reserved());
        }
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        inference.close();
    }

    /** A run. */
    @Benchmark
    public void forward() {
        inference.run();
    }

    private static final class Inference implements AutoCloseable {
        private final Keyway keyway;
        private final Device device;
        private final MiniLm model;
        private final Tensor words;

        Inference(int threads) {
            keyway = Keyway.builder().threads(threads).open();
            device = keyway.device("cpu");
            model = new MiniLm(device);
            model.eval();
            long[] numbers = new long[WORDS];
            Arrays.setAll(numbers, i -> 1000 + i);
            words = keyway.tensor(device, numbers, 1, WORDS);
        }

        void run() {
            try (var scope = keyway.noGrad()) {
                model.forward(words).close();
            }
        }

        long reserved() {
            return device.memory().reserved();
        }

        @Override
        public void close() {
            words.close();
            model.close();
            keyway.close();
        }
    }
}
