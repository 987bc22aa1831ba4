// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.keyway.Device;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.sample.Profile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What {@code new-plugin} writes compiles and computes; {@code .ci/vendor} builds it with Maven.
 */
class NewPluginCommandTest {
    @TempDir private Path folder;

    private GeneratedPlugin generate(String name, String... options) {
        Path target = folder.resolve(name);
        String[] arguments = new String[options.length + 3];
        arguments[0] = "new-plugin";
        arguments[1] = name;
        arguments[2] = "--directory=" + target;
        System.arraycopy(options, 0, arguments, 3, options.length);
        Outcome outcome = Outcome.of(arguments).ok();
        assertEquals("next: cd " + target + " && mvn verify", outcome.lines().getLast());
        return new GeneratedPlugin(target);
    }

    @Test
    void thePluginIsShortAndComputes() throws Exception {
        GeneratedPlugin plugin = generate("acme");
        long lines = 0;
        for (Path source : plugin.sources()) {
            lines += Files.readAllLines(source).size();
        }
        assertTrue(lines < 300, lines + " lines of Java");
        ConformanceOptions some =
                ConformanceOptions.all()
                        .profile(Profile.CORE)
                        .operators(Set.of("add.Tensor", "mm", "sum", "clone", "index_select"));
        Report report = plugin.run("acme", some);
        assertTrue(report.passed(), report::text);
        assertTrue(report.results().size() > 200, report::summary);
        assertEquals(List.of(), report.lacking());
    }

    @Test
    void nameAndPackageGoIntoEveryFile() throws Exception {
        GeneratedPlugin plugin = generate("acme_gpu", "--package=org.acme.keyway");
        String pom = Files.readString(plugin.project().resolve("pom.xml"));
        assertTrue(pom.contains("<artifactId>keyway-acme-gpu</artifactId>"), pom);
        assertTrue(pom.contains("Bundle-SymbolicName: org.acme.keyway\n"), pom);
        assertTrue(pom.contains("version=\"[1.0,2)\""), pom);
        assertTrue(pom.contains("<keyway.version>0.1.0"), pom);
        assertNothingIsLeftOpen(plugin);
        String name =
                plugin.with(
                        keyway -> {
                            Device device = keyway.device();
                            assertFalse(device.isHost());
                            return device.name() + " " + device.getClass().getModule().isNamed();
                        });
        assertEquals("acme_gpu:0 false", name);
    }

    private static void assertNothingIsLeftOpen(GeneratedPlugin plugin) throws IOException {
        try (var files = Files.walk(plugin.project())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                assertFalse(text.matches("(?s).*@(name|Name|package|version|range|artifact)@.*"));
            }
        }
    }

    @Test
    void theApiRangeFollowsTheVersion() {
        assertEquals("[1.0,2)", PluginProject.apiRange("1.0.0"));
        assertEquals("[2.3,3)", PluginProject.apiRange("2.3.1"));
    }

    @Test
    void theResultAsJsonListsTheFiles() {
        Path target = folder.resolve("json");
        JsonNode json =
                Outcome.of("new-plugin", "acme", "--json", "--directory=" + target).ok().json();
        assertEquals("com.acme", json.get("package").asText());
        assertTrue(json.get("files").size() >= 9, json::toString);
        json.get("files").forEach(f -> assertTrue(Files.exists(target.resolve(f.asText()))));
    }

    @Test
    void wrongNamesAreRefusedAndNothingIsWritten() throws IOException {
        for (String name : new String[] {"Acme", "9", "a-b", "int", "../x"}) {
            Outcome.of("new-plugin", name, "--directory=" + folder.resolve("n"))
                    .failed(2, "'" + name + "'", "lower case letters");
        }
        Outcome.of("new-plugin", "cpu").failed(2, "'cpu' is taken");
        Outcome.of("new-plugin", "acme", "--package=com.1", "--directory=" + folder.resolve("n"))
                .failed(2, "--package: 'com.1'", "com.acme");
        Outcome.of("new-plugin", "acme", "--package=dev.keyway.x").failed(2, "one of yours");
        Outcome.of("new-plugin").failed(2, "NAME", "keyway new-plugin --help");
        assertFalse(Files.exists(folder.resolve("n")));
    }

    @Test
    void aFolderThatIsInUseIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        Outcome.of("new-plugin", "acme", "--directory=" + folder)
                .failed(2, folder + " is not empty", "--directory");
        Outcome.of("new-plugin", "acme", "--directory=" + file).failed(4, "file", "is no folder");
        assertEquals("mine", Files.readString(file));
    }
}
