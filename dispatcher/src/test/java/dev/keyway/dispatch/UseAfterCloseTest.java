// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ClosedException;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A closed tensor, device or runtime answers with an exception that says so. */
class UseAfterCloseTest extends DispatcherFixture {
    private static final List<Consumer<Tensor>> USES =
            List.of(
                    x -> x.add(x),
                    x -> x.mul_(2.0),
                    x -> x.reshape(2, 2),
                    x -> x.select(0, 0),
                    x -> x.detach(),
                    x -> x.sum(),
                    x -> Ops.cat(List.of(x, x), 0),
                    x -> x.toFloatArray(),
                    x -> x.to(dev.keyway.DType.F64));

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void everyUseOfAClosedTensorIsRefused(String name) {
        Device device = keyway.device(name);
        Tensor open = constant(device, 1, 4);
        Tensor closed = constant(device, 2, 4);
        closed.close();
        assertTrue(closed.isClosed());
        for (Consumer<Tensor> use : USES) {
            ClosedException e = assertThrows(ClosedException.class, () -> use.accept(closed));
            assertTrue(e.getMessage().contains("f32[4] on " + name), e.getMessage());
            assertTrue(e.getMessage().contains("after it was closed"), e.getMessage());
        }
        assertThrows(ClosedException.class, () -> open.add(closed));
        assertThrows(ClosedException.class, () -> open.add_(closed));
        assertThrows(ClosedException.class, () -> open.copy_(closed));
        assertArrayEquals(new float[] {1, 1, 1, 1}, open.toFloatArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void closingTwiceReleasesOnce(String name) {
        Device device = keyway.device(name);
        long before = live(device);
        Tensor x = constant(device, 3, 4);
        Tensor view = x.reshape(2, 2);
        x.close();
        x.close();
        assertArrayEquals(new float[] {3, 3, 3, 3}, view.toFloatArray());
        assertEquals(before + 1, live(device));
        view.close();
        view.close();
        assertEquals(before, live(device));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void aClosedRuntimeSaysSo(String name) {
        Device device = keyway.device(name);
        Tensor x = constant(device, 1, 4);
        keyway.close();
        keyway.close();
        KeywayException e = assertThrows(KeywayException.class, () -> x.add(x));
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
        assertThrows(KeywayException.class, x::toFloatArray);
        assertThrows(KeywayException.class, () -> constant(device, 1, 4));
        assertThrows(KeywayException.class, () -> keyway.device(name));
        x.close();
        x.close();
        assertTrue(x.isClosed());
        assertFalse(x.toString().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simulated"})
    void anotherRuntimeIsNotDisturbed(String name) {
        try (Keyway other = Keyway.builder().threads(1).open()) {
            Tensor x = constant(other.device(name), 1, 4);
            keyway.close();
            assertArrayEquals(new float[] {2, 2, 2, 2}, x.add(x).toFloatArray());
        }
    }
}
