// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Observers see every call, nested ones too, and waits of the host. */
class ObserverTest extends DispatcherFixture {
    private final List<String> seen = new ArrayList<>();
    private final Observer recorder =
            new Observer() {
                @Override
                public void before(Operator operator, Device device, DType computeDType) {
                    seen.add("before " + operator.schema().qualifiedName() + " " + computeDType);
                }

                @Override
                public void after(Operator operator, Device device, DType computeDType) {
                    seen.add("after " + operator.schema().qualifiedName());
                }

                @Override
                public void hostSync(Device device) {
                    seen.add("sync " + device.name());
                }
            };

    private final Device device = keyway.device("reference");
    private final Tensor x = constant(device, 1, 4);

    @Test
    void beforeAndAfterUntilTheScopeIsClosed() {
        try (Scope scope = keyway.observe(recorder)) {
            x.add(x).close();
        }
        x.add(x).close();
        assertEquals(List.of("before add.Tensor f32", "after add.Tensor"), seen);
    }

    @Test
    void callsOfACompositeAreInsideIt() {
        try (Scope scope = keyway.observe(recorder)) {
            x.square().close();
        }
        assertEquals(
                List.of(
                        "before square f32",
                        "before mul.Tensor f32",
                        "after mul.Tensor",
                        "after square"),
                seen);
    }

    @Test
    void callsWithSeveralResults() {
        try (Tensor image = x.reshape(1, 1, 2, 2);
                Scope scope = keyway.observe(recorder)) {
            Ops.maxPool2dWithIndices(image, new long[] {2, 2}).out().close();
        }
        assertEquals("before max_pool2d_with_indices f32", seen.getFirst());
        assertEquals("after max_pool2d_with_indices", seen.getLast());
    }

    @Test
    void aRefusedCallIsNotSeen() {
        Tensor longer = constant(device, 1, 5);
        try (Scope scope = keyway.observe(recorder)) {
            assertThrows(ArgumentException.class, () -> x.add(longer));
        }
        assertEquals(List.of(), seen);
    }

    @Test
    void waitsOfTheHost() {
        Device simulated = keyway.device("simulated");
        Tensor y = constant(simulated, 2, 3);
        try (Scope scope = keyway.observe(recorder)) {
            assertEquals(2, y.toFloatArray()[0]);
            simulated.synchronize();
        }
        assertEquals(List.of("sync simulated:0", "sync simulated:0"), seen);
    }
}
