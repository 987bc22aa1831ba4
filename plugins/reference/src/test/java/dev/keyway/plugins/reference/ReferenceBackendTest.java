// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.Services;
import dev.keyway.spi.Workers;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The backend as the runtime sees it. */
class ReferenceBackendTest {
    @Test
    void itIsFoundAsAServiceAndUsable() {
        Backend backend = ServiceLoader.load(Backend.class).findFirst().orElseThrow();
        assertInstanceOf(ReferenceBackend.class, backend);
        assertEquals("reference", backend.deviceType());
        DeviceDescription device = backend.probe(new Host()).getFirst();
        assertTrue(device.usable());
        assertEquals(0, device.rank());
    }

    @Test
    void itComputesOnTheHostsMemoryAndReturnsFinished() {
        Host host = new Host();
        try (DeviceDriver driver = new ReferenceBackend().open(0, host)) {
            assertSame(host.memory, driver.memory());
            assertSame(DeviceStream.SYNCHRONOUS, driver.newStream());
        }
    }

    @Test
    void itComputesInFiveDTypes() {
        try (DeviceDriver driver = new ReferenceBackend().open(0, new Host())) {
            Set<DType> computes = EnumSet.noneOf(DType.class);
            for (DType dtype : DType.values()) {
                if (driver.computes(dtype)) {
                    computes.add(dtype);
                }
            }
            assertEquals(
                    EnumSet.of(DType.BOOL, DType.I32, DType.I64, DType.F32, DType.F64), computes);
        }
    }

    /** A runtime of which only the memory's identity matters. */
    private static final class Host implements Services {
        private final DeviceMemory memory = new NoMemory();

        @Override
        public DeviceMemory hostMemory() {
            return memory;
        }

        @Override
        public Workers workers() {
            throw new AssertionError("the reference backend uses one thread");
        }
    }

    private static final class NoMemory implements DeviceMemory {
        @Override
        public boolean isHost() {
            return true;
        }

        @Override
        public long capacity() {
            return 0;
        }

        @Override
        public Object allocate(long bytes) {
            throw new AssertionError("nothing is allocated here");
        }

        @Override
        public void free(Object handle) {
            throw new AssertionError("nothing was allocated here");
        }

        @Override
        public long address(Object handle) {
            throw new AssertionError("nothing was allocated here");
        }

        @Override
        public void copyFromHost(
                MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream) {
            throw new AssertionError("nothing is copied here");
        }

        @Override
        public void copyToHost(
                Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
            throw new AssertionError("nothing is copied here");
        }
    }
}
