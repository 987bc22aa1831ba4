// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Tensor;
import java.util.function.Supplier;

/** An operator by Keyway and by a function of libtorch. */
final class LibtorchFunction extends LibtorchContest {
    private final String name;
    private final Work work;

    /**
     * What both sides do.
     *
     * @param ours our result, new or written again
     * @param theirs the peer's call
     * @param result where the peer's result is
     * @param scale the size of a result below which its rounding errors do not shrink with it
     */
    record Work(Supplier<Tensor> ours, Runnable theirs, Supplier<NDArray> result, double scale) {}

    /** Prepares both sides. */
    interface Setup {
        /** On these. */
        Work open(KeywaySide side, Libtorch torch);
    }

    LibtorchFunction(int threads, double amount, String unit, String name, Setup setup) {
        super(threads, amount, unit);
        this.name = name;
        work = setup.open(side, torch);
    }

    @Override
    double scale() {
        return work.scale();
    }

    /**
     * A chain of n products of normal numbers rounds partial sums of up to the root of n, the
     * scale. The roundings, 2.6e-8 of such a sum each in the mean square, come to n divided by the
     * root of 2 of them; two sides, and four deviations for the worst of many results.
     */
    @Override
    double relative() {
        double chain = 4 * 2.6e-8 * work.scale();
        return Math.max(chain, super.relative() * Math.max(1, Math.log(work.scale())));
    }

    @Override
    Tensor compute() {
        return work.ours().get();
    }

    @Override
    public void peer() {
        work.theirs().run();
    }

    @Override
    NDArray theirs() {
        return work.result().get();
    }

    @Override
    String function() {
        return name;
    }
}
