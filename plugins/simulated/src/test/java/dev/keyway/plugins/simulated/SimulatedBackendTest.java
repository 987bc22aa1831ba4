// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.Services;
import dev.keyway.spi.Workers;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The backend as the runtime sees it. */
class SimulatedBackendTest {
    /** The device needs nothing from the runtime. */
    private static final Services NONE =
            new Services() {
                @Override
                public DeviceMemory hostMemory() {
                    throw new AssertionError("a device with its own memory asked for the host's");
                }

                @Override
                public Workers workers() {
                    throw new AssertionError("a device with its own threads asked for workers");
                }
            };

    @Test
    void itIsFoundAsAService() {
        Backend backend = ServiceLoader.load(Backend.class).findFirst().orElseThrow();
        assertInstanceOf(SimulatedBackend.class, backend);
        assertEquals("simulated", backend.deviceType());
        assertTrue(backend.probe(NONE).getFirst().rank() < 0);
    }

    @Test
    void itDoesNotComputeInF64() {
        try (DeviceDriver driver = new SimulatedBackend().open(0, NONE)) {
            Set<DType> computes = EnumSet.noneOf(DType.class);
            for (DType dtype : DType.values()) {
                if (driver.computes(dtype)) {
                    computes.add(dtype);
                }
            }
            assertEquals(EnumSet.of(DType.BOOL, DType.I32, DType.I64, DType.F32), computes);
        }
    }

    @Test
    void streamsAreSeparate() {
        try (DeviceDriver driver = new SimulatedBackend().open(0, NONE);
                DeviceStream first = driver.newStream();
                DeviceStream second = driver.newStream()) {
            assertNotSame(first, second);
            assertNotSame(DeviceStream.SYNCHRONOUS, first);
        }
    }

    @Test
    void aBadSizeMakesTheDeviceUnusableWithAReason() {
        System.setProperty(MemorySize.PROPERTY, "much");
        try {
            DeviceDescription found = new SimulatedBackend().probe(NONE).getFirst();
            assertFalse(found.usable());
            assertEquals(
                    "keyway.simulated.memory is 'much', expected a positive number of bytes",
                    found.reason());
            assertFalse(found.remedy().isEmpty());
        } finally {
            System.clearProperty(MemorySize.PROPERTY);
        }
    }

    @Test
    void theSizeIsConfigurable() {
        System.setProperty(MemorySize.PROPERTY, "5M");
        try (DeviceDriver driver = new SimulatedBackend().open(0, NONE)) {
            assertEquals(5 << 20, driver.memory().capacity());
        } finally {
            System.clearProperty(MemorySize.PROPERTY);
        }
    }
}
