// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.dispatch;

import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The sum of two tensors of 16 numbers on the CPU backend: all overhead. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xmx2g",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED"
        })
public class SmallAddBenchmark {
    private final Keyway keyway;
    private final Tensor out;
    private final Tensor self;
    private final Tensor other;

    /** Opens a runtime on one thread. */
    public SmallAddBenchmark() {
        keyway = Keyway.builder().threads(1).open();
        self = tensor(1);
        other = tensor(2);
        out = tensor(0);
    }

    private Tensor tensor(float value) {
        float[] numbers = new float[16];
        java.util.Arrays.fill(numbers, value);
        return keyway.tensor(keyway.device("cpu"), numbers, 16);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        keyway.close();
    }

    /** A new result, closed. */
    @Benchmark
    public void add() {
        self.add(other).close();
    }

    /** Into a tensor that is there. */
    @Benchmark
    public Tensor addOut() {
        return Ops.addOut(out, self, other);
    }
}
