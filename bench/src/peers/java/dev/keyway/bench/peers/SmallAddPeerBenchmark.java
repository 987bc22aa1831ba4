// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What {@link dev.keyway.bench.dispatch.SmallAddBenchmark} measures, by libtorch. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xmx2g",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"
        })
public class SmallAddPeerBenchmark {
    private final LibtorchAdd libtorch = new LibtorchAdd(16);

    /** {@code at::add}, the result released. */
    @Benchmark
    public void libtorchAdd() {
        libtorch.add();
    }

    /** {@code at::add_out}. */
    @Benchmark
    public void libtorchAddOut() {
        libtorch.addOut();
    }

    /** {@code at::cpu::add}, below libtorch's dispatcher, the result released. */
    @Benchmark
    public void libtorchAddWithoutDispatch() {
        libtorch.addWithoutDispatch();
    }
}
