// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Attributes;
import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.dispatch.KernelLayer.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device need take no copy whose source and target overlap. The simulated one refuses it, so that
 * every test on that device shows that the runtime never asks for one.
 */
class OverlappingCopyTest extends DispatcherFixture {
    private final Device device = keyway.device("simulated");
    private final Tensor x = keyway.tensor(device, new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);

    /** Asks the device for the copy, without what the runtime does before. */
    private void copy(Tensor out, Tensor self) {
        KeywayRuntime runtime = (KeywayRuntime) keyway;
        TensorImpl to = (TensorImpl) out;
        Entry entry = to.deviceImpl().backend().kernels().copy(self.dtype(), out.dtype());
        assertNotNull(entry);
        ThreadState state = runtime.threadState();
        state.enter();
        try {
            runtime.primitives.run(
                    state, entry, Attributes.NONE, to, (TensorImpl) self, null, null);
        } finally {
            state.exit();
        }
        device.synchronize();
    }

    private void refused(Tensor out, Tensor self) {
        DeviceException e = assertThrows(DeviceException.class, () -> copy(out, self));
        assertTrue(String.valueOf(e.getMessage()).contains("overlap"), e::getMessage);
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, x.toFloatArray());
    }

    @Test
    void theDeviceRefusesSharedElements() {
        refused(x.narrow(0, 0, 4), x.narrow(0, 3, 4));
        refused(x.narrow(0, 3, 4), x.narrow(0, 0, 4));
        refused(Ops.slice(x, 0, 0L, 8L, 2), x.narrow(0, 0, 4));
        refused(x.view(2, 4), x.view(4, 2).transpose(0, 1));
        refused(x.narrow(0, 0, 4), x.narrow(0, 3, 1).expand(4));
    }

    @Test
    void theDeviceTakesOtherElementsOfOneBlock() {
        copy(x.narrow(0, 0, 4), x.narrow(0, 4, 4));
        assertArrayEquals(new float[] {4, 5, 6, 7, 4, 5, 6, 7}, x.toFloatArray());
        copy(Ops.slice(x, 0, 0L, 8L, 2), Ops.slice(x, 0, 1L, 8L, 2));
        assertArrayEquals(new float[] {5, 5, 7, 7, 5, 5, 7, 7}, x.toFloatArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void theRuntimeCopiesAnOverlappingSourceFirst(String name) {
        Tensor y = x.to(keyway.device(name));
        y.narrow(0, 0, 4).copy_(y.narrow(0, 3, 4));
        assertArrayEquals(new float[] {3, 4, 5, 6, 4, 5, 6, 7}, y.toFloatArray());
        y.narrow(0, 2, 4).copy_(y.narrow(0, 0, 4));
        assertArrayEquals(new float[] {3, 4, 3, 4, 5, 6, 6, 7}, y.toFloatArray());
        y.view(2, 4).narrow(1, 0, 2).copy_(y.view(4, 2).narrow(0, 1, 2).t());
        assertArrayEquals(new float[] {3, 5, 3, 4, 4, 6, 6, 7}, y.toFloatArray());
        y.copy_(y);
        assertArrayEquals(new float[] {3, 5, 3, 4, 4, 6, 6, 7}, y.toFloatArray());
        y.narrow(0, 1, 4).copy_(y.narrow(0, 3, 1));
        assertArrayEquals(new float[] {3, 4, 4, 4, 4, 6, 6, 7}, y.toFloatArray());
    }
}
