// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.nio.file.Path;

/** An application that embeds Keyway and asks for the CPU. */
final class EmbeddedProcess {
    private EmbeddedProcess() {}

    /** The plugin folder; none for the class path. */
    public static void main(String[] arguments) {
        KeywayBuilder builder = Keyway.builder().threads(1);
        if (arguments.length > 0) {
            builder = builder.classPathBackends(false).plugins(Path.of(arguments[0]));
        }
        try (Keyway keyway = builder.open()) {
            System.out.println("devices " + keyway.devices());
            try {
                System.out.println("cpu opens: " + keyway.device("cpu"));
            } catch (DeviceException e) {
                System.out.println("cpu: " + e.getMessage());
            }
            Device other = keyway.device();
            try (Tensor ones = Ops.ones(other, DType.F32, 3);
                    Tensor sum = ones.sum()) {
                System.out.println("sum on " + other + " is " + sum.item());
            }
        }
    }
}
