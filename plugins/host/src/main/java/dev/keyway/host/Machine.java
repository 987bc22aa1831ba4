// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this machine has, published as capabilities that a plugin's manifest can require. Nothing
 * native is loaded to find out.
 *
 * @param arch the processor architecture, {@code x86-64} or {@code aarch64}
 * @param features what the processor has, as Linux calls it: {@code avx2}, {@code avx512f}; empty
 *     where the operating system does not say
 * @param os {@code linux}, {@code macos} or {@code windows}
 * @param osVersion up to three numbers
 * @param drivers the drivers' libraries that are installed
 */
record Machine(
        String arch,
        SortedSet<String> features,
        String os,
        String osVersion,
        List<InstalledDriver> drivers) {
    /** The namespace of {@link #arch} and {@link #features}. */
    static final String CPU = "dev.keyway.cpu";

    /** The namespace of {@link #os}. */
    static final String OS = "dev.keyway.os";

    /** The namespace of {@link #drivers}. */
    static final String DRIVER = "dev.keyway.driver";

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Pattern FLAGS =
            Pattern.compile("^(?:flags|Features)\\s*:(.*)$", Pattern.MULTILINE);
    private static final Pattern NUMBERS = Pattern.compile("^\\d+(?:\\.\\d+){0,2}");

    /** This machine. */
    static Machine detect() {
        String os = os(System.getProperty("os.name", ""));
        return new Machine(
                arch(System.getProperty("os.arch", "")),
                features(CPU_INFO),
                os,
                version(System.getProperty("os.version", "")),
                InstalledDriver.find(InstalledDriver.directories()));
    }

    static String arch(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> "x86-64";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }

    static String os(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("mac")
                ? "macos"
                : lower.startsWith("windows") ? "windows" : lower.replace(' ', '-');
    }

    /** The numbers at the start, as {@code 6.1.0} of {@code 6.1.0-18-amd64}. */
    static String version(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        return numbers.find() ? numbers.group() : "0";
    }

    /** The first processor's flags. */
    static SortedSet<String> features(Path cpuInfo) {
        if (!Files.isReadable(cpuInfo)) {
            return new TreeSet<>();
        }
        try {
            Matcher flags =
                    FLAGS.matcher(
                            new String(Files.readAllBytes(cpuInfo), StandardCharsets.ISO_8859_1));
            return flags.find()
                    ? new TreeSet<>(List.of(flags.group(1).strip().split("\\s+")))
                    : new TreeSet<>();
        } catch (IOException e) {
            // Then nothing is known of it, which an unmet requirement says.
            System.getLogger(Machine.class.getName())
                    .log(System.Logger.Level.DEBUG, "can't read " + cpuInfo, e);
            return new TreeSet<>();
        }
    }

    /** The value of {@code org.osgi.framework.system.capabilities.extra}. */
    String capabilities() {
        String cpu = CPU + ";arch=\"" + arch + "\"";
        if (!features.isEmpty()) {
            cpu += ";feature:List<String>=\"" + String.join(",", features) + "\"";
        }
        Stream<String> machine =
                Stream.of(cpu, OS + ";name=\"" + os + "\";version:Version=\"" + osVersion + "\"");
        Stream<String> found = drivers.stream().map(InstalledDriver::capability);
        return Stream.concat(machine, found).collect(Collectors.joining(","));
    }
}
