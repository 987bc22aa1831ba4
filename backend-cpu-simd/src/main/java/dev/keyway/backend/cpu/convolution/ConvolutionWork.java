// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.FetchTrial;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

/**
 * A way to compute convolutions of one shape: how they are divided, and during a call where its
 * tensors lie. One call at a time has it; {@link KeptWork} keeps it for the next.
 */
abstract class ConvolutionWork implements RangeTask {
    private long source;
    private long packed;
    private long bias;
    private long out;
    private long call;

    /** Whether weights are fetched in this call. */
    private boolean fetching;

    private final FetchTrial trial = new FetchTrial();

    /**
     * Computes all outputs.
     *
     * @param newSource address of the images
     * @param newPacked of the weights, see {@link FloatWeightPanels}, or as the operator gets them
     * @param newBias 0 for none
     * @param newOut of the results
     */
    final void run(Workers workers, long newSource, long newPacked, long newBias, long newOut) {
        source = newSource;
        packed = newPacked;
        bias = newBias;
        out = newOut;
        call = HeldCopy.newCall();
        long number = trial.begin();
        fetching = trial.isFetching(number);
        compute(workers);
        trial.end(number);
    }

    /** Does all units; work in several steps does them in another way. */
    void compute(Workers workers) {
        workers.parallel(units(), chunk(), this);
    }

    /**
     * How many of so many go together, at most {@code most}, in as few and as equal parts as that
     * allows.
     */
    static int equalPart(int count, long most) {
        int parts = Math.toIntExact(Math.ceilDiv(count, Math.max(1, most)));
        return Math.ceilDiv(count, Math.max(1, parts));
    }

    /** Units of work. */
    abstract long units();

    /** Units that are handed over together. */
    abstract long chunk();

    /** Does units, in a thread of several. */
    @Override
    public abstract void run(long from, long to);

    /** Address of the images. */
    final long source() {
        return source;
    }

    /** Address of the weights. */
    final long packed() {
        return packed;
    }

    /** Address of the biases; 0 for none. */
    final long bias() {
        return bias;
    }

    /** Address of the results. */
    final long out() {
        return out;
    }

    /** Whether packed weights are fetched before they are computed with. */
    final boolean isFetching() {
        return fetching;
    }

    /** Which call, for {@link HeldCopy}. */
    final long call() {
        return call;
    }
}
