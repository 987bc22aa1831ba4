// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code train}, on plugins in a folder. */
class TrainCommandTest {
    @TempDir static Path plugins;
    @TempDir static Path data;
    @TempDir Path folder;

    @BeforeAll
    static void fill() throws IOException {
        PluginFolder.fill(plugins, "reference", "simulated", "cpu");
        FewImages.write(data, 330, 60);
    }

    private static Outcome train(String... more) {
        return run(join(more, "--data", data.toString()));
    }

    private static Outcome run(String... more) {
        return Outcome.of(join(new String[] {"train", "--plugins", plugins.toString()}, more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "simulated"})
    void trainsOnEveryDevice(String device) {
        Outcome outcome = train("--device", device, "--epochs", "2", "--batch-size", "20").ok();
        assertTrue(outcome.lines().getFirst().startsWith("training on " + device), outcome.out());
        assertTrue(outcome.lines().getLast().matches("test accuracy: 0\\.\\d{4}"), outcome.out());
        double accuracy = Double.parseDouble(outcome.lines().getLast().split(": ")[1]);
        assertTrue(accuracy > 0.25, outcome.out());
    }

    @Test
    void jsonIsAloneOnStandardOutput() {
        JsonNode result =
                train("--device", "cpu", "--epochs", "1", "--seed", "7", "--json").ok().json();
        assertEquals("cpu:0", result.get("device").asText());
        assertEquals(7, result.get("seed").asInt());
        assertEquals(1, result.get("epochs").size());
        assertTrue(result.get("testAccuracy").asDouble() > 0.1);
    }

    @Test
    void theThreadsDoNotChangeABitOfTheCheckpoint() throws IOException {
        Path one = folder.resolve("one.safetensors");
        Path two = folder.resolve("two.safetensors");
        String[] base = {"--device", "cpu", "--batch-size", "50", "--epochs", "2", "--seed", "3"};
        train(join(base, "--threads", "1", "--save", one.toString())).ok();
        train(join(base, "--threads", "2", "--save", two.toString())).ok();
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
    }

    @Test
    void resumesWithTheOptionsOfTheCheckpoint() {
        String file = folder.resolve("run.safetensors").toString();
        train(
                        "--device",
                        "cpu",
                        "--batch-size",
                        "50",
                        "--epochs",
                        "1",
                        "--seed",
                        "5",
                        "--save",
                        file)
                .ok();
        JsonNode more =
                train("--device", "cpu", "--resume", file, "--epochs", "2", "--json").ok().json();
        assertEquals(5, more.get("seed").asInt());
        assertEquals(50, more.get("batchSize").asInt());
        assertEquals(1, more.get("epochs").size());
        assertEquals(2, more.get("epochs").get(0).get("epoch").asInt());
    }

    @Test
    void wrongOptionsAreUsage() {
        train("--epochs", "0").failed(2, "--epochs", "0");
        train("--lr", "-1").failed(2, "--lr", "-1");
        train("--threads", "0").failed(2, "--threads");
        train("--batch-size", "many").failed(2, "--batch-size", "many");
    }

    @Test
    void whatTheDeviceLacksRunsOnTheHostOnlyWhenThatIsAllowed() throws IOException {
        Path few = PluginFolder.fill(Files.createDirectory(folder.resolve("few")), "reference");
        BrokenPlugin.write(few.resolve("broken.jar"));
        String[] base = {"train", "--plugins", few.toString(), "--data", data.toString()};
        String[] on = join(base, "--device", "broken", "--epochs", "1", "--limit", "40");
        for (String[] denied : List.of(on, join(on, "--fallback", "deny"))) {
            Outcome outcome = Outcome.of(denied);
            assertEquals(3, outcome.status(), outcome::toString);
            assertTrue(outcome.err().contains("is not supported for"), outcome.err());
            assertTrue(outcome.err().contains("FallbackPolicy.ANNOUNCE"), outcome.err());
        }
        Outcome allowed = Outcome.of(join(on, "--fallback", "allow"));
        assertEquals(0, allowed.status(), allowed::toString);
        List<String> ledger = allowed.err().lines().toList();
        assertTrue(ledger.getFirst().matches("RAN ON THE HOST +DEVICE +CALLS .*"), allowed.err());
        assertTrue(ledger.size() > 1, allowed.err());
        assertTrue(ledger.get(1).contains("broken:0"), allowed.err());
        JsonNode json = Outcome.of(join(on, "--fallback", "allow", "--json")).json();
        assertTrue(json.get("fallbacks").get(0).get("count").asLong() > 0, json::toString);
        Outcome.of(join(on, "--fallback", "perhaps")).failed(2, "--fallback", "perhaps");
    }

    @Test
    void anUnknownDeviceNamesThoseThereAre() {
        train("--device", "tpu").failed(3, "tpu", "cpu:0", "reference:0");
    }

    @Test
    void badDataAndCheckpointsAreFourAndLoseNothing() throws IOException {
        run("--data", folder.resolve("none").toString()).failed(4, "none", "--data");
        Path save = folder.resolve("missing").resolve("x.safetensors");
        train("--save", save.toString()).failed(4, "x.safetensors", "written");
        Path corrupt = Files.write(folder.resolve("corrupt.safetensors"), new byte[100]);
        train("--resume", corrupt.toString()).failed(4, "corrupt.safetensors");
        assertArrayEquals(new byte[100], Files.readAllBytes(corrupt));
        train("--resume", folder.toString()).failed(4, "can't be read: it is a folder");
        Path images = Files.createDirectory(folder.resolve("data"));
        Files.write(images.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
        run("--data", images.toString()).failed(4, "train-images-idx3-ubyte");
    }

    private static String[] join(String[] first, String... second) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(second));
        return all.toArray(String[]::new);
    }
}
