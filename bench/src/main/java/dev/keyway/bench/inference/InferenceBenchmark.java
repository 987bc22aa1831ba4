// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.nn.NnModule;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * Inference of a model without gradients. With {@code -prof gc} it shows what a run leaves on the
 * heap. A run in the measured part that takes memory from the device fails the benchmark.
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
public abstract class InferenceBenchmark {
    private static final int SETTLING = 3;

    /** Threads of the runtime. */
    @Param({"1", "2"})
    public int threads;

    private @Nullable Inference inference;
    private long reserved;

    /** The model on the device, ready for inference. */
    abstract NnModule model(Device device, Generator generator);

    /** What it gets in each run. */
    abstract Tensor input(Device device, Generator generator);

    /** Opens a runtime on the threads. */
    @Setup(Level.Trial)
    public void open() {
        inference = new Inference();
    }

    private Inference inference() {
        return Objects.requireNonNull(inference, "open comes first");
    }

    /** Notes what memory the device has given: weights are kept packed from their second use on. */
    @Setup(Level.Iteration)
    public void note() {
        for (int run = 0; run < SETTLING; run++) {
            inference().run();
        }
        reserved = inference().reserved();
    }

    /** Steady state takes no memory from the device. */
    @TearDown(Level.Iteration)
    public void check() {
        if (inference().reserved() != reserved) {
            throw new IllegalStateException(
                    "inference took memory: " + reserved + " to " + inference().reserved());
        }
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        inference().close();
    }

    /** A run. */
    @Benchmark
    public void forward() {
        inference().run();
    }

    private final class Inference implements AutoCloseable {
        private final Keyway keyway = Keyway.builder().threads(threads).open();
        private final Device device = keyway.device("cpu");
        private final Generator generator = new Generator(1);
        private final NnModule model = model(device, generator);
        private final Tensor input = input(device, generator);

        void run() {
            try (var scope = keyway.noGrad()) {
                model.forward(input).close();
            }
        }

        long reserved() {
            return device.memory().reserved();
        }

        @Override
        public void close() {
            input.close();
            model.close();
            keyway.close();
        }
    }
}
