// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import org.jspecify.annotations.Nullable;

/**
 * One oneDNN primitive of an input, weights and perhaps a bias. The peer computes in the layouts it
 * likes best, with its input and weights brought into them before the time starts.
 */
abstract class OneDnnContest implements Contest {
    /** {@code dnnl_forward_inference}. */
    static final int INFERENCE = 96;

    final OneDnn library = new OneDnn();
    final KeywaySide side;
    private final int threads;
    private final long[] result;
    private @Nullable Tensor last;
    private long description;
    private long primitive;
    private long arguments;
    private int count;
    private long target;

    OneDnnContest(int threads, long... result) {
        this(new KeywaySide(threads), threads, result);
    }

    OneDnnContest(KeywaySide side, int threads, long... result) {
        this.side = side;
        this.threads = threads;
        this.result = result;
    }

    /** Makes the primitive. */
    final void prepare(
            long chosen, Tensor input, Tensor weight, long[] filter, @Nullable Tensor bias) {
        description = chosen;
        primitive = library.primitive(chosen);
        long from = prepared(OneDnn.QUERY_SOURCE, input, input.sizes());
        long weights = prepared(OneDnn.QUERY_WEIGHTS, weight, filter);
        target = library.memory(library.chosen(chosen, OneDnn.QUERY_TARGET), 0);
        if (bias == null) {
            count = 3;
            arguments =
                    library.arguments(
                            OneDnn.SOURCE, from, OneDnn.WEIGHTS, weights, OneDnn.TARGET, target);
            return;
        }
        count = 4;
        long plain = library.description(true, bias.sizes());
        long sum = library.memory(plain, bias.address());
        arguments =
                library.arguments(
                        OneDnn.SOURCE,
                        from,
                        OneDnn.WEIGHTS,
                        weights,
                        OneDnn.BIAS,
                        sum,
                        OneDnn.TARGET,
                        target);
    }

    /** The tensor in the layout that the primitive chose. */
    private long prepared(int what, Tensor tensor, long[] sizes) {
        long plain = library.description(true, sizes);
        long chosen = library.chosen(description, what);
        long memory = library.memory(chosen, 0);
        library.reorder(plain, library.memory(plain, tensor.address()), chosen, memory);
        return memory;
    }

    final Tensor tensor(long seed, long... sizes) {
        long numel = 1;
        for (long size : sizes) {
            numel *= size;
        }
        return side.tensor(Numbers.normal((int) numel, seed), sizes);
    }

    /** Our result, new. */
    abstract Tensor compute();

    /** The products that a number of the result is the sum of. */
    abstract double terms();

    /** What results may differ by, in parts of the number of products. */
    double roundings() {
        return 1e-6;
    }

    /** What the row says after the peer's kernel. */
    abstract String flags();

    /** The last result is released before, as the peer, too, writes the same memory again. */
    @Override
    public final void ours() {
        Tensor before = last;
        if (before != null) {
            last = null;
            before.close();
        }
        last = compute();
    }

    @Override
    public final void peer() {
        library.execute(primitive, arguments, count);
    }

    @Override
    public final double difference() {
        Tensor ours = last;
        if (ours == null) {
            return Double.NaN;
        }
        try (Tensor theirs = side.tensor(new float[(int) ours.numel()], result)) {
            long plain = library.description(true, result);
            long chosen = library.chosen(description, OneDnn.QUERY_TARGET);
            library.reorder(chosen, target, plain, library.memory(plain, theirs.address()));
            return Numbers.difference(
                    ours.toFloatArray(),
                    theirs.toFloatArray(),
                    roundings() * Math.sqrt(terms()),
                    Math.sqrt(terms()));
        }
    }

    @Override
    public final String description() {
        return library.version()
                + " "
                + library.implementation(description)
                + ", "
                + flags()
                + ", weights packed before, "
                + KeywaySide.named(threads);
    }

    @Override
    public final double amount() {
        double outputs = 1;
        for (long size : result) {
            outputs *= size;
        }
        return 2 * outputs * terms();
    }

    @Override
    public final String unit() {
        return "GFLOP/s";
    }

    @Override
    public final void close() {
        side.close();
    }
}
