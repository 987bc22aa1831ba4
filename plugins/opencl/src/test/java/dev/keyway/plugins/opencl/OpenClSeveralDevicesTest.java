// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Event;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PoCL can be told to show the processor twice; what it shows is fixed for a process. */
@Tag("opencl")
class OpenClSeveralDevicesTest {
    @Test
    void everyDeviceIsListedAndComputes(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TwoDevices.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("POCL_DEVICES", "pthread basic");
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
        assertEquals(
                "[opencl:0, opencl:1]\n[6.0, 8.0] on opencl:0\n[12.0, 16.0] on opencl:1\n",
                Files.readString(output));
    }

    /** Computes on the first device and goes on with the result on the second. */
    static final class TwoDevices {
        private TwoDevices() {}

        public static void main(String[] arguments) {
            try (Keyway keyway =
                    Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open()) {
                System.out.println(keyway.devices());
                Device first = keyway.device("opencl:0");
                Device second = keyway.device("opencl:1");
                try (Tensor a = keyway.tensor(first, new float[] {3, 4}, 2);
                        Tensor b = a.add(a)) {
                    Event done = first.currentStream().record();
                    second.currentStream().waitFor(done);
                    try (Tensor moved = b.to(second);
                            Tensor c = moved.add(moved)) {
                        print(b);
                        print(c);
                    }
                }
            }
        }

        private static void print(Tensor tensor) {
            System.out.println(
                    Arrays.toString(tensor.toFloatArray()) + " on " + tensor.device().name());
        }
    }
}
