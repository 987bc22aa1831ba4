// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.DeviceException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a command that fails. */
@Timeout(60)
class AsynchronousErrorTest {
    private static void fail(RuntimeException error) {
        throw error;
    }

    @Test
    void theFirstErrorIsThrownOnceAndNamesTheOperator() {
        ArgumentException cause = new ArgumentException("index 7 is out of bounds");
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit("index_select", () -> fail(cause));
            stream.submit("exp", () -> fail(new IllegalStateException("a consequence")));
            ArgumentException thrown = assertThrows(ArgumentException.class, stream::synchronize);
            assertEquals("index_select: index 7 is out of bounds", thrown.getMessage());
            assertSame(cause, thrown.getCause());
            stream.synchronize();
        }
    }

    @Test
    void divisionByZeroIsAnArgumentError() {
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit(
                    "remainder.Tensor",
                    () -> fail(new ArithmeticException("integer division by zero")));
            ArgumentException thrown = assertThrows(ArgumentException.class, stream::synchronize);
            assertEquals("remainder.Tensor: integer division by zero", thrown.getMessage());
        }
    }

    @Test
    void laterWorkStillRuns() {
        AtomicInteger done = new AtomicInteger();
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit("exp", () -> fail(new IllegalStateException("broken")));
            stream.submit("add", done::incrementAndGet);
            DeviceException thrown = assertThrows(DeviceException.class, stream::synchronize);
            assertEquals(
                    "exp: its kernel failed on stream keyway-simulated-test:"
                            + " java.lang.IllegalStateException: broken",
                    thrown.getMessage());
            assertEquals(1, done.get());
        }
    }

    @Test
    void waitingForAnEventLeavesTheErrorToTheStream() {
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test")) {
            stream.submit("exp", () -> fail(new IllegalStateException("broken")));
            stream.record().synchronize();
            assertThrows(DeviceException.class, stream::synchronize);
        }
    }

    @Test
    void closeThrowsAnErrorThatNobodySaw() {
        SimulatedStream stream = SimulatedStream.start("keyway-simulated-test");
        stream.submit("exp", () -> fail(new IllegalStateException("broken")));
        assertThrows(DeviceException.class, stream::close);
    }
}
