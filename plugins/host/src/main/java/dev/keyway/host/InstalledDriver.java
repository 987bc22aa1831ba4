// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import org.osgi.framework.Version;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A device driver's library, found by its file and not loaded.
 *
 * @param name what plugins require
 * @param version from the file's name, as {@code 550.54.14} of {@code libcuda.so.550.54.14}; 0 when
 *     the name has none
 * @param file the library
 */
record InstalledDriver(String name, Version version, Path file) {
    /** The names that plugins can require, with the libraries they stand for. */
    static final Map<String, String> LIBRARIES =
            new TreeMap<>(
                    Map.of(
                            "cuda", "libcuda",
                            "hip", "libamdhip64",
                            "level-zero", "libze_loader",
                            "opencl", "libOpenCL",
                            "vulkan", "libvulkan"));

    private static final Pattern LIBRARY = Pattern.compile("(lib\\w+)\\.so(?:\\.([0-9.]+))?");
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9}){0,2}");
    private static final List<String> SYSTEM =
            List.of(
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/usr/lib64",
                    "/usr/lib",
                    "/usr/local/lib",
                    "/usr/lib/wsl/lib",
                    "/opt/rocm/lib");

    /** Where the system's loader and Java look for libraries. */
    static List<Path> directories() {
        Set<Path> directories = new LinkedHashSet<>();
        String configured = System.getProperty("java.library.path", "");
        Stream.concat(Stream.of(configured.split(File.pathSeparator)), SYSTEM.stream())
                .filter(name -> !name.isBlank())
                .map(Path::of)
                .filter(Files::isDirectory)
                .forEach(directories::add);
        return List.copyOf(directories);
    }

    /** Each known driver with a library in one of the directories, with its highest version. */
    static List<InstalledDriver> find(List<Path> directories) {
        Map<String, InstalledDriver> found = new TreeMap<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    InstalledDriver driver = of(file);
                    if (driver != null) {
                        found.merge(driver.name, driver, InstalledDriver::newer);
                    }
                }
            } catch (IOException e) {
                // A folder that can't be read has no driver for us.
                System.getLogger(InstalledDriver.class.getName())
                        .log(System.Logger.Level.DEBUG, "can't list " + directory, e);
            }
        }
        return new ArrayList<>(found.values());
    }

    private static @org.jspecify.annotations.Nullable InstalledDriver of(Path file) {
        Matcher library = LIBRARY.matcher(String.valueOf(file.getFileName()));
        if (!library.matches()) {
            return null;
        }
        for (Map.Entry<String, String> known : LIBRARIES.entrySet()) {
            if (known.getValue().equals(library.group(1))) {
                return new InstalledDriver(known.getKey(), version(library.group(2)), file);
            }
        }
        return null;
    }

    private static Version version(@org.jspecify.annotations.Nullable String numbers) {
        Matcher matcher = NUMBERS.matcher(numbers == null ? "" : numbers);
        return matcher.lookingAt() ? Version.parseVersion(matcher.group()) : Version.emptyVersion;
    }

    private static InstalledDriver newer(InstalledDriver a, InstalledDriver b) {
        return b.version.compareTo(a.version) > 0 ? b : a;
    }

    /** As a clause of a manifest. */
    String capability() {
        return Machine.DRIVER
                + ";name=\""
                + name
                + "\";version:Version=\""
                + version
                + "\";file=\""
                + file.toString().replace("\\", "\\\\").replace("\"", "\\\"")
                + "\"";
    }
}
