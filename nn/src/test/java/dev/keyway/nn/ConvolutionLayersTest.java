// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Convolution in one direction, and transposed, with weights that can be added by hand. */
final class ConvolutionLayersTest {
    private final Keyway keyway = Keyway.builder().open();
    private final Device device = keyway.device("reference");

    @AfterEach
    void close() {
        keyway.close();
    }

    private static void fill(NnModule module, String name, double value) {
        try (var scope = module.parameters().getFirst().keyway().noGrad()) {
            Objects.requireNonNull(module.stateDict().get(name)).fill_(value);
        }
    }

    @Test
    void slidesAlongALine() {
        try (Conv1d layer = new Conv1d(device, 1, 1, 2, 1, 1, true, null);
                Tensor input = keyway.tensor(device, new float[] {1, 2, 3}, 1, 1, 3)) {
            fill(layer, "weight", 1);
            fill(layer, "bias", 0.5);
            try (Tensor out = layer.forward(input)) {
                assertArrayEquals(new float[] {1.5f, 3.5f, 5.5f, 3.5f}, out.toFloatArray());
            }
        }
    }

    @Test
    void spreadsPixels() {
        try (ConvTranspose2d layer = new ConvTranspose2d(device, 1, 1, 2, 2, 0, false, null);
                Tensor input = keyway.tensor(device, new float[] {1, 2}, 1, 1, 1, 2)) {
            fill(layer, "weight", 1);
            try (Tensor out = layer.forward(input);
                    Tensor flat = Ops.flatten(out)) {
                assertArrayEquals(new long[] {1, 1, 2, 4}, out.sizes());
                assertArrayEquals(new float[] {1, 1, 2, 2, 1, 1, 2, 2}, flat.toFloatArray());
            }
        }
    }
}
