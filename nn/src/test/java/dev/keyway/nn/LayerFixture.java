// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;

/** A runtime with the reference device for each test. */
abstract class LayerFixture {
    protected final Keyway keyway = Keyway.builder().threads(1).seed(3).open();
    protected final Device device = keyway.device("reference");

    /** A parameter or buffer. */
    protected static Tensor tensor(NnModule module, String name) {
        return Objects.requireNonNull(module.stateDict().get(name), name);
    }

    @AfterEach
    void close() {
        keyway.close();
    }
}
