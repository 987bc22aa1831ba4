// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.host.PluginHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/**
 * A new plugin: a Maven project with a simulated device, which passes the profile {@code core}.
 *
 * @param name the device type: {@code acme}
 * @param packageName of its classes
 * @param version of Keyway
 */
record PluginProject(String name, String packageName, String version) {
    /** Device types that are taken, or mean something else. */
    private static final Set<String> TAKEN =
            Set.of("auto", "cpu", "reference", "simulated", "opencl", "cuda");

    /**
     * A project for the Keyway that runs.
     *
     * @param packageName empty for {@code com.NAME}
     * @throws CommandException for a name or package that is none
     */
    static PluginProject of(String name, String packageName) throws IOException {
        if (!name.matches("[a-z][a-z0-9_]*") || SourceVersion.isKeyword(name)) {
            throw usage(
                    "'"
                            + name
                            + "' is no name for a device type; expected lower case letters, digits"
                            + " and underscores, a letter first, as acme");
        }
        if (TAKEN.contains(name)) {
            throw usage("the device type '" + name + "' is taken; choose another name");
        }
        String chosen = packageName.isEmpty() ? "com." + name : packageName;
        if (!SourceVersion.isName(chosen) || chosen.startsWith("dev.keyway")) {
            throw usage(
                    "--package: '"
                            + chosen
                            + "' is no package for a plugin; expected one of yours, as com.acme");
        }
        return new PluginProject(name, chosen, keywayVersion());
    }

    private static CommandException usage(String message) {
        return new CommandException(ExitCode.USAGE, message);
    }

    private static String keywayVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resource("keyway.properties")) {
            properties.load(in);
        }
        return Objects.requireNonNull(properties.getProperty("version"), "version");
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(
                PluginProject.class.getResourceAsStream("newplugin/" + name), name);
    }

    /** {@code acme_gpu} becomes {@code AcmeGpu}. */
    String className() {
        StringBuilder text = new StringBuilder();
        for (String word : name.split("_+")) {
            text.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return text.toString();
    }

    /** The versions of the API that a plugin works with that was built with this one. */
    static String apiRange(String apiVersion) {
        String[] parts = apiVersion.split("\\.", -1);
        int major = Integer.parseInt(parts[0]);
        return "[" + major + "." + parts[1] + "," + (major + 1) + ")";
    }

    /** The template of each file of the project. */
    private Map<String, String> templates() {
        String main = "src/main/java/" + packageName.replace('.', '/') + "/";
        String test = "src/test/java/" + packageName.replace('.', '/') + "/";
        Map<String, String> files = new LinkedHashMap<>();
        files.put("README.md", "README.md.txt");
        files.put("pom.xml", "pom.xml.txt");
        files.put(".gitignore", "gitignore.txt");
        for (String part : List.of("Backend", "Driver", "Memory", "Stream")) {
            files.put(main + className() + part + ".java", part + ".java.txt");
        }
        files.put(main + "package-info.java", "package-info.java.txt");
        files.put("src/main/resources/META-INF/services/dev.keyway.spi.Backend", "services.txt");
        files.put(test + className() + "ConformanceTest.java", "ConformanceTest.java.txt");
        return files;
    }

    /**
     * Writes the project.
     *
     * @param directory a new folder or an empty one
     * @return the files, relative to the folder
     * @throws IOException when it is neither, or can't be written
     */
    List<String> write(Path directory) throws IOException {
        if (Files.exists(directory)) {
            requireEmpty(directory);
        }
        List<String> written = new ArrayList<>();
        for (Map.Entry<String, String> file : templates().entrySet()) {
            Path target = directory.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.writeString(target, fill(file.getValue()));
            written.add(file.getKey());
        }
        return written;
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw usage(
                        directory
                                + " is not empty; remove it, or name another folder with"
                                + " --directory");
            }
        }
    }

    private String fill(String template) throws IOException {
        try (InputStream in = resource(template)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@package@", packageName)
                    .replace("@artifact@", name.replace('_', '-'))
                    .replace("@Name@", className())
                    .replace("@name@", name)
                    .replace("@version@", version)
                    .replace("@range@", apiRange(PluginHost.apiVersion()));
        }
    }
}
