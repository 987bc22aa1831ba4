// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import dev.keyway.bench.peers.KeywaySide;
import dev.keyway.bench.peers.Numbers;
import org.jspecify.annotations.Nullable;

/** A model forward, by Keyway's layers and by ONNX Runtime. */
abstract class ModelContest implements Contest {
    /** Both sum in their own order through many layers. */
    private static final double RELATIVE = 1e-4;

    final KeywaySide side;
    private final int threads;
    private @Nullable OnnxRuntime runtime;
    private @Nullable Tensor last;

    ModelContest(int threads, boolean winograd) {
        this.threads = threads;
        side = new KeywaySide(threads, winograd);
    }

    /** Gives the peer's side. */
    final void peer(OnnxRuntime session) {
        runtime = session;
    }

    private OnnxRuntime runtime() {
        return java.util.Objects.requireNonNull(runtime);
    }

    /** Our result, new; without gradients. */
    abstract Tensor compute();

    @Override
    public final void ours() {
        try (var scope = side.keyway.noGrad()) {
            Tensor next = compute();
            if (last != null) {
                last.close();
            }
            last = next;
        }
    }

    @Override
    public final void peer() {
        runtime().run();
    }

    @Override
    public final double difference() {
        if (last == null) {
            return Double.NaN;
        }
        float[] theirs = runtime().result();
        double largest = 0;
        for (float number : theirs) {
            largest = Math.max(largest, Math.abs(number));
        }
        return Numbers.difference(last.toFloatArray(), theirs, RELATIVE, largest);
    }

    @Override
    public final String description() {
        return runtime().version()
                + " CPU, all graph optimisations, weights packed before, memory planned, result into"
                + " memory that is there, "
                + KeywaySide.named(threads);
    }

    @Override
    public void close() {
        runtime().close();
        side.close();
    }
}
