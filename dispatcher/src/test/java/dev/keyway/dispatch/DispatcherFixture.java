// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;

/** A runtime with the reference and the simulated device for each test. */
abstract class DispatcherFixture {
    protected final Keyway keyway = Keyway.builder().threads(2).open();

    @AfterEach
    void closeRuntime() {
        keyway.close();
    }

    /** An f32 vector that holds one value everywhere. */
    protected static Tensor constant(Device device, float value, int numel) {
        float[] values = new float[numel];
        Arrays.fill(values, value);
        return device.keyway().tensor(device, values, numel);
    }

    protected static long live(Device device) {
        device.synchronize();
        return device.memory().liveBlocks();
    }
}
