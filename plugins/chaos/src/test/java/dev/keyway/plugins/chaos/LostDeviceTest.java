// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device that is lost at the first, second, ... command of a step of training. Every call says so
 * from then on, closing tensors still works, another device computes, closing the runtime gives all
 * memory back, and after that the device can be opened again and computes the same bits.
 */
@Timeout(120)
class LostDeviceTest {
    private final AtomicReference<String> setting = new AtomicReference<>("");
    private final ChaosBackend backend = new ChaosBackend(setting::get);

    private Keyway open() {
        return Keyway.builder()
                .threads(1)
                .classPathBackends(false)
                .backend(backend)
                .backend(new ReferenceBackend())
                .open();
    }

    @Test
    void atEveryCommand() {
        int bits = steps();
        int count = 0;
        while (isLostAt(count + 1)) {
            count++;
            assertEquals(0, backend.used(), "bytes after loss at command " + count);
            if (count % 10 == 1) {
                assertEquals(bits, steps());
            }
        }
        assertEquals(bits, steps());
        assertTrue(count > 50, count + " commands");
    }

    /** The bits after a step on a device that was just opened. */
    private int steps() {
        setting.set("");
        try (Keyway keyway = open();
                TrainingStep step = new TrainingStep(keyway, keyway.device("chaos:0"))) {
            step.reset();
            step.run();
            return step.bits();
        }
    }

    private boolean isLostAt(int command) {
        setting.set("");
        Keyway keyway = open();
        Device device = keyway.device("chaos:0");
        TrainingStep step = new TrainingStep(keyway, device);
        step.reset();
        device.synchronize();
        setting.set("lost=" + command);
        boolean lost = false;
        try {
            step.run();
        } catch (DeviceException e) {
            lost = true;
            assertTrue(e.getMessage().contains("chaos"), e.getMessage());
        }
        if (backend.met() > 0) {
            assertTrue(lost, "a lost device is noticed when the loss is read");
            DeviceException again = assertThrows(DeviceException.class, step::run);
            assertTrue(again.getMessage().contains("the device was lost"), again.getMessage());
        }
        try (Tensor two = keyway.tensor(keyway.device("reference"), new float[] {2}, 1);
                Tensor four = two.mul(two)) {
            assertEquals(4, four.item());
        }
        step.close();
        if (lost) {
            DeviceException closing = assertThrows(DeviceException.class, keyway::close);
            assertTrue(closing.getMessage().contains("closing"), closing.getMessage());
            assertTrue(closing.getMessage().contains("lost"), closing.getMessage());
        } else {
            keyway.close();
        }
        return lost;
    }
}
