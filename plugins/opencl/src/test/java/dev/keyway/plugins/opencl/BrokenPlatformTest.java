// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.plugins.opencl.binding.ScriptedDriver;
import dev.keyway.plugins.opencl.binding.ScriptedDriver.Platform;
import dev.keyway.plugins.opencl.device.Platforms;
import dev.keyway.spi.DeviceDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One driver that does not answer hides neither the other platforms nor its other devices. */
class BrokenPlatformTest {
    private static List<DeviceDescription> describe(Platform... platforms) {
        try (ScriptedDriver driver = new ScriptedDriver(platforms)) {
            return OpenClBackend.describe(Platforms.list(driver.info()));
        }
    }

    @Test
    void theDevicesOfAllPlatformsAreListedInTheLoadersOrder() {
        List<DeviceDescription> found =
                describe(
                        new Platform("North", 0, List.of(0, 0)),
                        new Platform("South", 0, List.of(0)));
        assertEquals(3, found.size(), found::toString);
        for (int i = 0; i < 3; i++) {
            assertTrue(found.get(i).usable(), found::toString);
            assertEquals(i, found.get(i).index());
        }
        assertTrue(found.get(1).description().startsWith("device 101 (North, driver 7.1)"));
        assertTrue(found.get(2).description().startsWith("device 200 (South, driver 7.1)"));
    }

    @Test
    void whatDoesNotAnswerIsListedBehindTheOthersWithTheReason() {
        List<DeviceDescription> found =
                describe(
                        new Platform("Broken", -6, List.of(0)),
                        new Platform(null, 0, List.of(0)),
                        new Platform("Half", 0, List.of(-5, 0)),
                        new Platform("Empty", -1, List.of()),
                        new Platform("Good", 0, List.of(0)));
        assertEquals(5, found.size(), found::toString);
        assertTrue(found.get(0).description().startsWith("device 301 (Half"), found::toString);
        assertTrue(found.get(1).description().startsWith("device 500 (Good"), found::toString);
        List<DeviceDescription> broken = found.subList(2, 5);
        assertEquals(
                List.of("Broken", "OpenCL platform 1", "device 0 of Half"),
                broken.stream().map(DeviceDescription::description).toList());
        broken.forEach(device -> assertFalse(device.usable(), device::toString));
        assertEquals(
                "its driver does not answer: clGetDeviceIDs: CL_OUT_OF_HOST_MEMORY (-6)",
                broken.getFirst().reason());
        assertTrue(broken.getLast().reason().contains("CL_OUT_OF_RESOURCES"), broken::toString);
        assertTrue(broken.getFirst().remedy().contains("repair the driver"), broken::toString);
        assertEquals(4, broken.getLast().index());
    }
}
