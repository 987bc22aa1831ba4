// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.junit.jupiter.api.Test;

/** A convolution that also normalizes gives what the two layers give. */
class FusionTest extends LayerFixture {
    @Test
    void withAndWithoutBias() {
        for (boolean bias : new boolean[] {false, true}) {
            Generator generator = new Generator(1);
            Conv2d convolution = new Conv2d(device, 3, 8, 3, 2, 1, bias, generator);
            BatchNorm2d norm = new BatchNorm2d(device, 8);
            norm.stateDict()
                    .values()
                    .forEach(
                            tensor -> {
                                try (var scope = keyway.noGrad()) {
                                    Ops.uniform_(tensor, 0.5, 2, generator);
                                }
                            });
            norm.eval();
            Tensor x = Ops.randn(device, dev.keyway.DType.F32, generator, 2, 3, 9, 9);
            Tensor expected = norm.forward(convolution.forward(x));
            Conv2d fused = Fusion.convolutionAndNorm(convolution, norm);
            Tensor actual = fused.forward(x);
            assertArrayEquals(expected.sizes(), actual.sizes());
            assertArrayEquals(expected.toFloatArray(), actual.toFloatArray(), 1e-5f);
            assertFalse(actual.requiresGrad());
            assertEquals(0, fused.parameters().size());
        }
    }
}
