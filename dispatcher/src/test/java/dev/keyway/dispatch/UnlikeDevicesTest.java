// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two devices of one backend, of which the first does not compute in f64, and what kernels get. */
class UnlikeDevicesTest {
    private final Pair backend = new Pair();
    private final Keyway keyway = Keyway.builder().classPathBackends(false).backend(backend).open();
    private final Device narrow = keyway.device("pair:0");
    private final Device wide = keyway.device("pair:1");

    private static final class Pair implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();
        private final List<DeviceDriver> served = new ArrayList<>();
        private final List<Long> places = new ArrayList<>();
        private boolean fails;

        @Override
        public String deviceType() {
            return "pair";
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return List.of(
                    DeviceDescription.usable(0, "narrow", "").withRank(5),
                    DeviceDescription.usable(1, "wide", "").withRank(7));
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            return new Driver(index, services.hostMemory());
        }

        @Override
        public void register(KernelRegistry registry) {
            PlainKernels.register(registry, reference);
            registry.unary(Layout.CONTIGUOUS, (op, dtype) -> (Kernel1) this::unary);
        }

        /** Whatever the opcode, the identity; by way of two workspaces. */
        private void unary(KernelCall call, Tensor out, Tensor self) {
            served.add(call.driver());
            Tensor first = call.workspace(self.nbytes());
            Tensor second = call.workspace(self.nbytes());
            places.add(first.address());
            places.add(second.address());
            if (fails) {
                throw new IllegalStateException("as told");
            }
            reference.memory(first).copyFrom(reference.memory(self).asSlice(0, self.nbytes()));
            reference.memory(second).copyFrom(reference.memory(first));
            reference.memory(out).asSlice(0, self.nbytes()).copyFrom(reference.memory(second));
        }
    }

    private record Driver(int index, DeviceMemory memory) implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return index == 1 || dtype != DType.F64;
        }

        @Override
        public DeviceStream newStream() {
            return DeviceStream.SYNCHRONOUS;
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        keyway.close();
    }

    @Test
    void eachDeviceServesWhatItComputes() {
        double[] numbers = {1, 2};
        try (Tensor x = keyway.tensor(wide, numbers, 2);
                Tensor y = x.exp()) {
            assertArrayEquals(numbers, y.toDoubleArray());
        }
        try (Tensor x = keyway.tensor(narrow, numbers, 2)) {
            UnsupportedOperatorException e =
                    assertThrows(UnsupportedOperatorException.class, x::exp);
            assertTrue(String.valueOf(e.getMessage()).contains("pair:0"), e::getMessage);
        }
        assertTrue(
                keyway.explain("exp", narrow, DType.F64)
                        .candidates()
                        .contains("family kernel EXP: pair:0 does not compute in f64"));
    }

    @Test
    void theRankIsTheDevices() {
        assertEquals("pair:1", keyway.device().name());
        assertEquals(
                List.of("pair:1", "pair:0"), keyway.devices().stream().map(Device::name).toList());
    }

    @Test
    void kernelsKnowTheirDevice() {
        for (Device device : new Device[] {narrow, wide, narrow}) {
            try (Tensor x = keyway.tensor(device, new float[] {1}, 1);
                    Tensor y = x.exp()) {
                assertEquals(device, y.device());
            }
        }
        assertEquals(
                List.of(0, 1, 0),
                backend.served.stream().map(driver -> ((Driver) driver).index).toList());
    }

    @Test
    void everyKernelGetsSeparateWorkspacesAndGivesThemBack() {
        float[] numbers = {3, 4, 5};
        try (Tensor x = keyway.tensor(narrow, numbers, 3)) {
            for (int i = 0; i < 3; i++) {
                try (Tensor y = x.exp()) {
                    assertArrayEquals(numbers, y.toFloatArray());
                    assertEquals(2, narrow.memory().liveBlocks());
                }
            }
            assertEquals(2, new HashSet<>(backend.places).size(), "two places, used again");
            backend.fails = true;
            assertThrows(DeviceException.class, x::exp);
            assertEquals(1, narrow.memory().liveBlocks());
        }
    }
}
