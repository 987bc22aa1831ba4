// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A vendor proves a plugin, and somebody else checks the proof. */
class ConformanceStatementTest {
    @TempDir static Path folder;
    private static Path jar;
    private static Path key;
    private static Path statement;

    @BeforeAll
    static void prove() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginFolder.fill(plugins, "reference");
        try (Stream<Path> jars = Files.list(plugins)) {
            jar = jars.findFirst().orElseThrow();
        }
        key = folder.resolve("vendor.pem");
        statement = folder.resolve("statement.json");
        Outcome.of("conformance", "key", key.toString()).ok();
        Outcome.of(
                        "conformance",
                        "--plugin=" + jar,
                        "--device=reference",
                        "--profile=core",
                        "--key=" + key,
                        "--statement=" + statement)
                .ok();
    }

    private static Outcome verify(Path file, String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "conformance";
        arguments[1] = "verify";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Outcome.of(arguments);
    }

    private static Path changed(String from, String to) throws IOException {
        String text = Files.readString(statement);
        assertTrue(text.contains(from), text);
        return Files.writeString(folder.resolve("changed.json"), text.replace(from, to));
    }

    @Test
    void aGenuineStatementIsValid() {
        Outcome outcome = verify(statement, "--signer=" + key + ".pub", "--plugin=" + jar).ok();
        assertEquals("valid", outcome.lines().getLast());
        JsonNode json = verify(statement, "--json").ok().json();
        assertTrue(json.get("valid").asBoolean());
        JsonNode claims = json.get("statement");
        assertEquals("passed", claims.get("result").asText());
        assertEquals("core", claims.get("profile").asText());
        assertEquals("reference:0", claims.get("device").asText());
        assertTrue(claims.get("checks").asInt() > 5_000, claims::toString);
        assertEquals(64, claims.get("pluginSha256").asText().length());
    }

    @Test
    void aChangedStatementIsNot() throws IOException {
        Outcome outcome = verify(changed("\"core\"", "\"training\""));
        assertEquals(1, outcome.status());
        assertTrue(outcome.out().contains("it was changed"), outcome.out());
    }

    @Test
    void anotherSignerOrJarIsNotWhatWasMeant() throws IOException {
        Path other = folder.resolve("other.pem");
        Outcome.of("conformance", "key", other.toString()).ok();
        Outcome signer = verify(statement, "--signer=" + other + ".pub");
        assertEquals(1, signer.status());
        assertTrue(signer.out().contains("signed with another key"), signer.out());
        Path text = Files.writeString(folder.resolve("other.jar"), "no jar");
        Outcome plugin = verify(statement, "--plugin=" + text);
        assertEquals(1, plugin.status());
        assertTrue(plugin.out().contains("is another jar"), plugin.out());
    }

    @Test
    void whatIsNoStatementSaysSo() throws IOException {
        verify(folder.resolve("missing.json")).failed(4, "missing.json");
        verify(Files.writeString(folder.resolve("half.json"), "{\"statement\": {"))
                .failed(4, "half");
        verify(changed("\"caseList\"", "\"caseList2\"")).failed(4, "no conformance statement");
    }

    @Test
    void aFailedRunIsStatedAsSuch() throws IOException {
        Path broken = folder.resolve("broken.jar");
        BrokenPlugin.write(broken);
        Path file = folder.resolve("failed.json");
        Outcome run =
                Outcome.of(
                        "conformance",
                        "--plugin=" + broken,
                        "--device=broken",
                        "--profile=core",
                        "--key=" + key,
                        "--statement=" + file);
        assertEquals(1, run.status());
        Outcome outcome = verify(file);
        assertEquals(1, outcome.status());
        assertTrue(outcome.out().contains("the result is: failed"), outcome.out());
    }

    @Test
    void keysAreNeverReplacedAndOptionsGoTogether() {
        Outcome.of("conformance", "key", key.toString()).failed(4, "vendor.pem");
        Outcome.of("conformance", "--plugin=" + jar, "--statement=x.json")
                .failed(2, "--statement and --key go together");
        Outcome.of(
                        "conformance",
                        "--plugin=" + jar,
                        "--operators=relu",
                        "--key=" + key,
                        "--statement=x.json")
                .failed(2, "whole profile");
        Outcome.of("conformance", "--plugin=" + jar, "--profile=best").failed(2, "--profile");
    }
}
