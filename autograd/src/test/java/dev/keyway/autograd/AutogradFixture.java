// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A runtime with the reference device for each test. */
abstract class AutogradFixture {
    protected Keyway keyway = Keyway.builder().open();
    protected Device device = keyway.device("reference");

    @BeforeEach
    void seed() {
        keyway.manualSeed(7);
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    /** A leaf with values in (0.3, 1.3). */
    protected Tensor leaf(long... sizes) {
        try (Tensor random = Ops.rand(device, DType.F64, sizes);
                Tensor shifted = random.add(0.3)) {
            return shifted.detach().requiresGrad_(true);
        }
    }

    protected Tensor leaf(double[] values, long... sizes) {
        return keyway.tensor(device, values, sizes).requiresGrad_(true);
    }

    protected static void check(Function<List<Tensor>, Tensor> function, Tensor... inputs) {
        new Gradcheck().check(function, List.of(inputs));
    }
}
