// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import dev.keyway.Keyway;
import java.util.Objects;
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
import org.jspecify.annotations.Nullable;

/** A row of the table of operators in JMH: {@code -p row="gelu f32 64K" -p threads=2}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx3g",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true"
        })
public class OperatorPairBenchmark {
    /** The name of a row. */
    @Param("exp f32 64K")
    public String row = "";

    /** Threads of both sides. */
    @Param("1")
    public int threads;

    private @Nullable Keyway keyway;
    private @Nullable Pair pair;

    /** Opens the pair and compares its results. */
    @Setup(Level.Trial)
    public void open() {
        Torch torch = new Torch(threads);
        Keyway opened = Keyway.builder().threads(threads).open();
        keyway = opened;
        Pair made = PairFamilies.row(row).apply(new Data(opened, torch));
        pair = made;
        made.ours();
        made.peer();
        double difference = made.difference();
        if (!(difference <= 1)) {
            throw new IllegalStateException("the results differ by " + difference);
        }
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        Objects.requireNonNull(pair).close();
        Objects.requireNonNull(keyway).close();
    }

    /** Ours. */
    @Benchmark
    public void keyway() {
        Objects.requireNonNull(pair).ours();
    }

    /** The peer's. */
    @Benchmark
    public void libtorch() {
        Objects.requireNonNull(pair).peer();
    }
}
