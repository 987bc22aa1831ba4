// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Elman's recurrent network. */
public final class RNN extends Recurrent {
    private final boolean relu;

    /**
     * Layers in f32.
     *
     * @param device where the parameters are
     * @param inputSize features of the input
     * @param hiddenSize features of the hidden state
     * @param relu whether the activation is relu rather than tanh
     * @param options the options
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public RNN(
            Device device,
            long inputSize,
            long hiddenSize,
            boolean relu,
            RecurrentOptions options,
            @Nullable Generator generator) {
        super(device, inputSize, hiddenSize, 1, options, generator);
        this.relu = relu;
    }

    @Override
    Tensor[] step(Tensor input, Tensor[] states, @Nullable Tensor[] weights) {
        Tensor ih = Objects.requireNonNull(weights[0]);
        Tensor hh = Objects.requireNonNull(weights[1]);
        return new Tensor[] {
            relu
                    ? Ops.rnnReluCell(input, states[0], ih, hh, weights[2], weights[3])
                    : Ops.rnnTanhCell(input, states[0], ih, hh, weights[2], weights[3])
        };
    }

    @Override
    int states() {
        return 1;
    }
}
