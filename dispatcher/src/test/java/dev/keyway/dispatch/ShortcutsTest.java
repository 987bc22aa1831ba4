// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.ClosedException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Ops;
import dev.keyway.PluginException;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Repeated pointwise calls mean what the first one meant, and unusual ones take the long way. */
class ShortcutsTest extends DispatcherFixture {
    private static final int TIMES = 5;

    private final Device device = keyway.device("reference");

    private static boolean knows(Tensor like, String operator) {
        OperatorImpl called = (OperatorImpl) like.keyway().operator(operator);
        Shortcuts shortcuts = called.shortcuts();
        return shortcuts != null && shortcuts.knows((DeviceImpl) like.device(), like.dtype());
    }

    @Test
    void repeatedCallsGiveNewResults() {
        Tensor x = constant(device, 2, 4);
        for (int i = 1; i <= TIMES; i++) {
            Tensor y = constant(device, i, 4);
            assertArrayEquals(new float[] {2 + i, 2 + i, 2 + i, 2 + i}, x.add(y).toFloatArray());
            assertArrayEquals(new float[] {-i, -i, -i, -i}, y.neg().toFloatArray());
            assertArrayEquals(new boolean[] {i < 2, i < 2, i < 2, i < 2}, y.lt(x).toBooleanArray());
        }
        assertTrue(knows(x, "add.Tensor"));
        assertTrue(knows(x, "neg"));
        assertTrue(knows(x, "lt.Tensor"));
    }

    @Test
    void onlyPointwiseOperatorsHaveThem() {
        assertNull(((OperatorImpl) keyway.operator("sum")).shortcuts());
        assertNull(((OperatorImpl) keyway.operator("mul.Scalar")).shortcuts());
        assertNotNull(((OperatorImpl) keyway.operator("mul.Tensor")).shortcuts());
    }

    @Test
    void otherShapesDTypesLayoutsAndAttributes() {
        Tensor x = constant(device, 3, 4);
        for (int i = 0; i < TIMES; i++) {
            x.add(x).close();
        }
        Tensor one = constant(device, 10, 1);
        assertArrayEquals(new float[] {13, 13, 13, 13}, x.add(one).toFloatArray());
        assertArrayEquals(new float[] {9, 9, 9, 9}, x.add(x, 2).toFloatArray());
        Tensor whole = keyway.tensor(device, new int[] {1, 2, 3, 4}, 4);
        assertEquals(DType.I32, whole.add(whole).dtype());
        assertEquals(DType.F32, whole.add(x).dtype());
        Tensor square = keyway.tensor(device, new float[] {1, 2, 3, 4}, 2, 2);
        assertArrayEquals(
                new float[] {2, 5, 5, 8}, square.add(square.transpose(0, 1)).toFloatArray());
        Tensor empty = keyway.tensor(device, new float[0], 0);
        assertEquals(0, empty.add(empty).numel());
    }

    @Test
    void inPlaceCallsRaiseTheVersion() {
        Tensor x = constant(device, 1, 4);
        Tensor y = constant(device, 2, 4);
        long start = x.version();
        for (int i = 0; i < TIMES; i++) {
            assertEquals(start + i, x.version());
            assertTrue(x == x.add_(y));
        }
        assertArrayEquals(new float[] {11, 11, 11, 11}, x.toFloatArray());
    }

    @Test
    void anOverlappingOutIsStillRight() {
        Tensor x = keyway.tensor(device, new float[] {1, 2, 3, 4, 5}, 5);
        Tensor head = x.narrow(0, 0, 4);
        Tensor tail = x.narrow(0, 1, 4);
        for (int i = 0; i < TIMES; i++) {
            head.add(tail).close();
        }
        Ops.addOut(tail, head, tail);
        assertArrayEquals(new float[] {1, 3, 5, 7, 9}, x.toFloatArray());
    }

    @Test
    void wrongArgumentsAreRefusedAsEver() {
        Tensor x = constant(device, 1, 4);
        Tensor longer = constant(device, 1, 5);
        Tensor closed = constant(device, 1, 4);
        for (int i = 0; i < TIMES; i++) {
            x.add(closed).close();
        }
        closed.close();
        assertThrows(ClosedException.class, () -> x.add(closed));
        assertThrows(ClosedException.class, () -> closed.add_(x));
        assertThrows(ArgumentException.class, () -> x.add(longer));
        assertThrows(ArgumentException.class, () -> Ops.addOut(longer, x, x));
    }

    @Test
    void anErrorOfTheKernelNamesTheOperatorAndLeavesNothing() {
        Tensor x = keyway.tensor(device, new int[] {6, 4}, 2);
        Tensor two = keyway.tensor(device, new int[] {2, 2}, 2);
        Tensor zero = keyway.tensor(device, new int[] {1, 0}, 2);
        for (int i = 0; i < TIMES; i++) {
            x.floorDivide(two).close();
        }
        assertTrue(knows(x, "floor_divide.Tensor"));
        long before = live(device);
        ArgumentException e = assertThrows(ArgumentException.class, () -> x.floorDivide(zero));
        assertTrue(e.getMessage().startsWith("floor_divide.Tensor: "), e.getMessage());
        assertEquals(before, live(device));
    }

    @Test
    void observersSeeEveryCall() {
        Tensor x = constant(device, 1, 4);
        for (int i = 0; i < TIMES; i++) {
            x.neg().close();
        }
        List<String> seen = new ArrayList<>();
        Observer recorder =
                new Observer() {
                    @Override
                    public void before(Operator operator, Device on, DType dtype) {
                        seen.add("before " + operator.schema().qualifiedName());
                    }

                    @Override
                    public void after(Operator operator, Device on, DType dtype) {
                        seen.add("after " + operator.schema().qualifiedName());
                    }
                };
        try (Scope scope = keyway.observe(recorder)) {
            x.neg().close();
        }
        assertEquals(List.of("before neg", "after neg"), seen);
    }

    @Test
    void aPluginThatLeftIsNotCalled() {
        try (Keyway own = Keyway.builder().classPathBackends(false).open()) {
            PluginInfo plugin = new PluginInfo("test.plugin", "1.0", "nowhere");
            Registration registration = own.register(new ReferenceBackend(), plugin);
            Tensor x = constant(own.device("reference"), 1, 4);
            for (int i = 0; i < TIMES; i++) {
                x.neg().close();
            }
            assertTrue(knows(x, "neg"));
            registration.close();
            assertFalse(knows(x, "neg"));
            assertThrows(PluginException.class, x::neg);
        }
    }
}
