// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import org.jspecify.annotations.Nullable;

/** An operator on f32 tensors, by Keyway and by libtorch. */
abstract class LibtorchContest implements Contest {
    final KeywaySide side;
    final Libtorch torch;
    private final int threads;
    private final double amount;
    private final String unit;
    private @Nullable Tensor last;

    /** Whether each result is a new tensor, which the second one tells. */
    private boolean fresh;

    /** The bytes that have to be read and written; 0 where that says little. */
    LibtorchContest(int threads, double bytes) {
        this(threads, bytes, bytes == 0 ? "" : "GB/s");
    }

    /** An amount of work in units of which a thousand million a second are counted. */
    LibtorchContest(int threads, double amount, String unit) {
        this.threads = threads;
        this.amount = amount;
        this.unit = unit;
        this.torch = new Libtorch(threads);
        this.side = new KeywaySide(threads);
    }

    /** Our work, once; a new tensor, or one that is written again and again. */
    abstract Tensor compute();

    /** What the peer's work has written. */
    abstract NDArray theirs();

    /** The C++ function that the peer's side calls. */
    abstract String function();

    /** The size of a result below which its rounding errors do not shrink with it. */
    double scale() {
        return 1e-2;
    }

    /** The rounding error of a result that is allowed, relative to it or to {@link #scale}. */
    double relative() {
        return 4e-6;
    }

    /** As the peer's, the last result is released before: both write the same memory again. */
    @Override
    public final void ours() {
        Tensor before = last;
        if (fresh && before != null) {
            last = null;
            before.close();
        }
        Tensor result = compute();
        if (!fresh && before != null && before != result) {
            fresh = true;
            before.close();
        }
        last = result;
    }

    @Override
    public double difference() {
        Tensor result = last;
        return result == null
                ? Double.NaN
                : Numbers.difference(
                        result.toFloatArray(), theirs().toFloatArray(), relative(), scale());
    }

    @Override
    public String description() {
        return torch.version()
                + " "
                + function()
                + ", inference mode, called without JNI, "
                + KeywaySide.named(threads);
    }

    @Override
    public double amount() {
        return amount;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public void close() {
        side.close();
    }
}
