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
    private final double bytes;
    private @Nullable Tensor last;

    /** The bytes that have to be read and written; 0 where that says little. */
    LibtorchContest(int threads, double bytes) {
        this.threads = threads;
        this.bytes = bytes;
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

    @Override
    public final void ours() {
        Tensor result = compute();
        Tensor before = last;
        if (before != null && before != result) {
            before.close();
        }
        last = result;
    }

    @Override
    public double difference() {
        Tensor result = last;
        return result == null
                ? Double.NaN
                : Numbers.difference(result.toFloatArray(), theirs().toFloatArray(), 4e-6, scale());
    }

    @Override
    public String description() {
        return torch.version()
                + " "
                + function()
                + ", inference mode, called without JNI, "
                + threads
                + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public double amount() {
        return bytes;
    }

    @Override
    public String unit() {
        return bytes == 0 ? "" : "GB/s";
    }

    @Override
    public void close() {
        side.close();
    }
}
