// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.MemoryStatistics;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A step of training that meets a fault at its first, second, ... event, until one finishes without
 * meeting it. After each fault: an error that says what failed and whose it is, no byte more on the
 * device than before, another device computes, and the same step gives the bits it always gave.
 */
@Timeout(120)
class EveryFaultTest {
    private final AtomicReference<String> setting = new AtomicReference<>("cache=off");
    private final ChaosBackend backend = new ChaosBackend(setting::get);

    private Keyway open() {
        return Keyway.builder()
                .threads(1)
                .classPathBackends(false)
                .backend(backend)
                .backend(new ReferenceBackend())
                .open();
    }

    private interface Check {
        void of(DeviceException error, String where);
    }

    /** Returns the number of events at which a step met the fault. */
    private int sweep(String fault, Check check) {
        List<String> problems = new ArrayList<>();
        int count = 0;
        try (Keyway keyway = open()) {
            Device device = keyway.device("chaos:0");
            try (TrainingStep step = new TrainingStep(keyway, device)) {
                step.reset();
                double loss = step.run();
                int bits = step.bits();
                while (true) {
                    step.reset();
                    device.synchronize();
                    MemoryStatistics before = device.memory();
                    String where = fault + "=" + (count + 1);
                    setting.set("cache=off," + where);
                    DeviceException error = attempt(step);
                    boolean met = backend.met() > 0;
                    setting.set("cache=off");
                    if (!met) {
                        break;
                    }
                    count++;
                    if (error != null) {
                        check.of(error, where);
                    }
                    step.reset();
                    settle(device);
                    MemoryStatistics after = device.memory();
                    if (before.liveBlocks() != after.liveBlocks()
                            || before.allocated() != after.allocated()
                            || before.reserved() != after.reserved()) {
                        problems.add(where + ": before " + before + ", after " + after);
                    }
                    computesElsewhere(keyway);
                    if (step.run() != loss || step.bits() != bits) {
                        problems.add(where + ": the next step gives other bits");
                    }
                }
            }
        }
        assertEquals(List.of(), problems);
        return count;
    }

    private static @Nullable DeviceException attempt(TrainingStep step) {
        try {
            step.run();
            return null;
        } catch (DeviceException e) {
            return e;
        }
    }

    /** An error that the step did not see yet may be thrown by the first synchronization. */
    private static void settle(Device device) {
        try {
            device.synchronize();
        } catch (DeviceException e) {
            assertTrue(e.getMessage().contains("chaos"), e.getMessage());
        }
    }

    private static void computesElsewhere(Keyway keyway) {
        try (Tensor two = keyway.tensor(keyway.device("reference"), new float[] {2}, 1);
                Tensor four = two.mul(two)) {
            assertEquals(4, four.item());
        }
    }

    @Test
    void aFullDevice() {
        int count =
                sweep(
                        "allocation",
                        (error, where) -> {
                            assertInstanceOf(OutOfMemoryException.class, error, where);
                            String message = error.getMessage();
                            assertTrue(
                                    message.matches("[a-z_A-Z.0-9]+: out of memory on chaos:0: .*"),
                                    message);
                        });
        assertTrue(count > 50, () -> count + " allocations");
    }

    @Test
    void anAllocationThatFindsRoomAtTheSecondAttempt() {
        int count = sweep("one-allocation", (error, where) -> fail(where, error));
        assertTrue(count > 50, () -> count + " allocations");
    }

    @Test
    void aCommandThatCanNotBeSubmitted() {
        int count =
                sweep(
                        "launch",
                        (error, where) -> {
                            String message = error.getMessage();
                            assertTrue(
                                    message.contains("plugin dev.keyway.plugins.chaos"), message);
                            assertTrue(message.contains("chaos:0"), message);
                        });
        assertTrue(count > 50, () -> count + " commands");
    }

    @Test
    void aCommandThatFailsLate() {
        int count =
                sweep(
                        "command",
                        (error, where) -> {
                            String message = error.getMessage();
                            assertTrue(message.contains("its kernel failed on stream"), message);
                        });
        assertTrue(count > 50, () -> count + " commands");
    }
}
