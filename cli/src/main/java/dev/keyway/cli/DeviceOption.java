// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.DeviceChoice;
import dev.keyway.Keyway;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The device that a command works on. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "D",
            description =
                    "The device: a name, as cpu, cpu:0 or cpu@1.0.0 (of that plugin version); or auto,"
                            + " fastest, deterministic, cpu-only; or file:PATH with one of them."
                            + " Default: $KEYWAY_DEVICE, else auto.")
    private @Nullable String name;

    /** Whether a device was named here or in the environment. */
    boolean isNamed(Terminal terminal) {
        return name != null || terminal.variable("KEYWAY_DEVICE") != null;
    }

    /**
     * The device.
     *
     * @throws dev.keyway.DeviceException when there is none with this name, naming those there are
     */
    Device find(Keyway keyway, Terminal terminal) {
        return choose(keyway, terminal).device();
    }

    /** As {@link #find}, with the reasons. */
    DeviceChoice choose(Keyway keyway, Terminal terminal) {
        String variable = terminal.variable("KEYWAY_DEVICE");
        DeviceChoice choice =
                keyway.choose(name != null ? name : variable != null ? variable : "auto");
        String from =
                name != null ? "--device" : variable != null ? "$KEYWAY_DEVICE" : "the default";
        String origin = choice.origin().replace("asked for", from);
        return new DeviceChoice(choice.wish(), origin, choice.device(), choice.candidates());
    }
}
