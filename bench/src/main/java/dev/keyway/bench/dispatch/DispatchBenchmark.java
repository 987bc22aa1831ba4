// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.dispatch;

import dev.keyway.Attributes;
import dev.keyway.Keyway;
import dev.keyway.Operator;
import dev.keyway.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of one call whose kernel does nothing and whose result is given, so that nothing but the
 * dispatch is left: key sets, meta function, slot, pinning, the kernel's virtual call.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class DispatchBenchmark {
    private final Keyway keyway;
    private final Operator[] operators;
    private final Operator same;
    private final boolean[] two;
    private final Tensor out;
    private final Tensor self;
    private final Tensor other;
    private final Tensor tracked;

    /** Opens a runtime with the no-op device. */
    public DispatchBenchmark() {
        keyway =
                Keyway.builder()
                        .classPathBackends(false)
                        .backend(new NoOpBackend())
                        .threads(1)
                        .open();
        List<Operator> list = NoOpOperators.register(keyway);
        same = list.getFirst();
        Collections.shuffle(list, new Random(1));
        operators = list.toArray(new Operator[0]);
        two = new boolean[operators.length];
        for (int i = 0; i < two.length; i++) {
            two[i] = operators[i].schema().tensorArguments().size() == 2;
        }
        out = tensor();
        self = tensor();
        other = tensor();
        tracked = tensor().requiresGrad_(true);
    }

    private Tensor tensor() {
        return keyway.tensor(keyway.device("noop"), new float[16], 4, 4);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        keyway.close();
    }

    /** The same operator of one tensor again and again. */
    @Benchmark
    public Tensor sameOperator() {
        return out.relu_();
    }

    /** The same operator of two tensors again and again. */
    @Benchmark
    public Tensor sameBinaryOperator() {
        return out.mul_(other);
    }

    /** 64 operators in a shuffled order, half of one tensor and half of two. */
    @Benchmark
    @OperationsPerInvocation(NoOpBackend.OPERATORS)
    public void mixedOperators() {
        mixed(self);
    }

    /** The same operator through the autograd layer, which goes on below itself. */
    @Benchmark
    public Tensor sameOperatorWithAutograd() {
        return same.call(Attributes.NONE, out, tracked);
    }

    /** 64 operators through the autograd layer. */
    @Benchmark
    @OperationsPerInvocation(NoOpBackend.OPERATORS)
    public void mixedOperatorsWithAutograd() {
        mixed(tracked);
    }

    private void mixed(Tensor argument) {
        for (int i = 0; i < operators.length; i++) {
            if (two[i]) {
                operators[i].call(Attributes.NONE, out, argument, other);
            } else {
                operators[i].call(Attributes.NONE, out, argument);
            }
        }
    }

    /** A new result, closed. No target of its own; what a result costs. */
    @Benchmark
    public void newResult() {
        self.relu().close();
    }

    /** A new result with its history, closed. No target of its own; what recording costs. */
    @Benchmark
    public void newResultRecorded() {
        tracked.relu().close();
    }
}
