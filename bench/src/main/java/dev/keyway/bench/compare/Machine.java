// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the times were measured.
 *
 * @param cpu the model: its name, family, model and stepping
 * @param processors of the machine
 * @param vectors the widest instructions
 * @param memory in GiB
 * @param system operating system and its version
 * @param java the JVM
 */
public record Machine(
        String cpu, int processors, String vectors, long memory, String system, String java) {
    /** This machine. */
    public static Machine here() {
        List<String> info = lines("/proc/cpuinfo");
        Set<String> flags = new LinkedHashSet<>(List.of(value(info, "flags").split(" ")));
        String vectors =
                flags.contains("avx512f") ? "AVX-512" : flags.contains("avx2") ? "AVX2" : "other";
        String total = value(lines("/proc/meminfo"), "MemTotal").replaceAll("\\D", "");
        return new Machine(
                cpu(info),
                Runtime.getRuntime().availableProcessors(),
                vectors,
                total.isEmpty() ? 0 : Long.parseLong(total) >> 20,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    private static String cpu(List<String> info) {
        String name = value(info, "model name");
        return name.isEmpty()
                ? System.getProperty("os.arch")
                : name
                        + " family "
                        + value(info, "cpu family")
                        + " model "
                        + value(info, "model")
                        + " stepping "
                        + value(info, "stepping");
    }

    private static String value(List<String> lines, String key) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The CPU as part of a file's name. */
    public String file() {
        return cpu.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
