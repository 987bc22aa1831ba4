// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.plugins.opencl.binding.OpenCl;
import dev.keyway.spi.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without OpenCL: a reason and a remedy, never an exception. */
class NoDeviceTest {
    @Test
    void itIsFoundAsAService() {
        Backend backend =
                ServiceLoader.load(Backend.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(found -> found.deviceType().equals("opencl"))
                        .findFirst()
                        .orElseThrow();
        assertInstanceOf(OpenClBackend.class, backend);
    }

    @Test
    void withoutALoaderTheDeviceIsListedWithReasonAndRemedy() {
        System.setProperty(OpenCl.PROPERTY, "libNoSuchOpenCL.so");
        try (Keyway keyway =
                Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open()) {
            assertEquals(List.of(), keyway.devices());
            DeviceStatus status = keyway.deviceStatus().getFirst();
            assertEquals("opencl:0", status.name());
            assertFalse(status.usable());
            assertEquals("no OpenCL loader (libNoSuchOpenCL.so) is here", status.reason());
            assertTrue(
                    status.remedy().contains("apt install pocl-opencl-icd ocl-icd-libopencl1"),
                    status.remedy());
            DeviceException e = assertThrows(DeviceException.class, () -> keyway.device("opencl"));
            assertTrue(String.valueOf(e.getMessage()).contains("no OpenCL loader"), e::getMessage);
        } finally {
            System.clearProperty(OpenCl.PROPERTY);
        }
    }

    @Test
    void aLibraryThatIsNotOpenClIsAReason() {
        System.setProperty(OpenCl.PROPERTY, "libc.so.6");
        try (Keyway keyway =
                Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open()) {
            DeviceStatus status = keyway.deviceStatus().getFirst();
            assertFalse(status.usable());
            assertTrue(
                    status.reason().contains("lacks cl")
                            || status.reason().contains("no OpenCL loader"),
                    status.reason());
        } finally {
            System.clearProperty(OpenCl.PROPERTY);
        }
    }

    /** What the loader finds is decided once for a process, so this one is another. */
    @Test
    void withoutADriverTheDeviceIsListedWithReasonAndRemedy(@TempDir Path empty) throws Exception {
        Path output = empty.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                PrintStatus.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("OCL_ICD_VENDORS", empty.toString());
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        assertTrue(
                text.contains("no driver is installed") || text.contains("no OpenCL loader"), text);
        assertTrue(text.contains("apt install pocl-opencl-icd"), text);
    }

    /** Prints why there is no device. */
    static final class PrintStatus {
        private PrintStatus() {}

        public static void main(String[] arguments) {
            try (Keyway keyway =
                    Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open()) {
                keyway.deviceStatus().forEach(System.out::println);
                for (Device device : keyway.devices()) {
                    throw new AssertionError("found " + device);
                }
            }
        }
    }
}
