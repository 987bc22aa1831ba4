// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import java.util.Arrays;

/** The sum of two tensors of 16 numbers, 100 times in a run. */
final class SmallAddContest implements Contest {
    private static final int COUNT = 16;
    private static final int TIMES = 100;

    private final boolean intoOut;
    private final LibtorchAdd torch = new LibtorchAdd(COUNT);
    private final KeywaySide side;
    private final Tensor out;
    private final Tensor self;
    private final Tensor other;

    SmallAddContest(boolean intoOut, int threads) {
        this.intoOut = intoOut;
        side = new KeywaySide(threads);
        float[] numbers = new float[COUNT];
        out = side.tensor(numbers, COUNT);
        Arrays.fill(numbers, 1);
        self = side.tensor(numbers, COUNT);
        Arrays.fill(numbers, 2);
        other = side.tensor(numbers, COUNT);
    }

    @Override
    public void ours() {
        for (int i = 0; i < TIMES; i++) {
            if (intoOut) {
                Ops.addOut(out, self, other);
            } else {
                self.add(other).close();
            }
        }
    }

    @Override
    public void peer() {
        for (int i = 0; i < TIMES; i++) {
            if (intoOut) {
                torch.addOut();
            } else {
                torch.add();
            }
        }
    }

    /** The peer checks its sum when it is made; ours is checked here. */
    @Override
    public double difference() {
        float[] expected = new float[COUNT];
        Arrays.fill(expected, 3);
        try (Tensor sum = self.add(other)) {
            float[] result = (intoOut ? out : sum).toFloatArray();
            return Numbers.difference(result, expected, 1e-6, 1);
        }
    }

    @Override
    public String description() {
        return torch.version()
                + (intoOut ? " at::add_out" : " at::add, released")
                + ", inference mode, called without JNI, 100 times, 1 thread";
    }

    @Override
    public void close() {
        side.close();
    }
}
