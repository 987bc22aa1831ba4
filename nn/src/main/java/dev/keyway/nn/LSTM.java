// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Long short-term memory. */
public final class LSTM extends Recurrent {
    /**
     * Layers in f32.
     *
     * @param device where the parameters are
     * @param inputSize features of the input
     * @param hiddenSize features of the hidden state
     * @param options the options
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public LSTM(
            Device device,
            long inputSize,
            long hiddenSize,
            RecurrentOptions options,
            @Nullable Generator generator) {
        super(device, inputSize, hiddenSize, 4, options, generator);
    }

    @Override
    Tensor[] step(Tensor input, Tensor[] states, @Nullable Tensor[] weights) {
        var both =
                Ops.lstmCell(
                        input,
                        states[0],
                        states[1],
                        Objects.requireNonNull(weights[0]),
                        Objects.requireNonNull(weights[1]),
                        weights[2],
                        weights[3]);
        return new Tensor[] {both.hy(), both.cy()};
    }

    @Override
    int states() {
        return 2;
    }
}
