// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The CPU's results do not depend on interpreter and compilers, on the width of vectors and on the
 * number of threads: processes in each of these states give the bits of the first.
 */
class EqualBitsTest {
    private static final int SECONDS = 2;
    private static List<String> expected = List.of();

    @TempDir static Path folder;

    @BeforeAll
    static void asUsual() throws Exception {
        expected = BitsProcess.lines(List.of(), "cpu", 2, SECONDS);
        assertTrue(expected.size() > 120, expected::toString);
    }

    static List<Arguments> states() throws IOException {
        return List.of(
                Arguments.of("interpreter", List.of("-Xint"), 2, 0),
                Arguments.of("C1", onlyC1(), 2, SECONDS),
                Arguments.of("C2 alone", List.of("-XX:-TieredCompilation"), 2, SECONDS),
                Arguments.of("one thread", List.of(), 1, SECONDS),
                Arguments.of("128 bits", List.of("-XX:MaxVectorSize=16"), 2, SECONDS),
                Arguments.of("256 bits", List.of("-XX:MaxVectorSize=32"), 2, SECONDS),
                Arguments.of("no AVX-512", List.of("-XX:UseAVX=2"), 1, SECONDS));
    }

    /** A directive for the same classes keeps the plugin from excluding its kernels from C1. */
    private static List<String> onlyC1() throws IOException {
        String directive = "[{match: \"dev/keyway/backend/cpu/*.*\", c1: {Exclude: false}}]";
        Path file = Files.writeString(folder.resolve("directives.json"), directive);
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:CompilerDirectivesFile=" + file);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void theBitsAreThoseOf(String name, List<String> options, int threads, int seconds)
            throws Exception {
        List<String> lines = BitsProcess.lines(options, "cpu", threads, seconds);
        assertEquals(String.join("\n", expected), String.join("\n", lines), name);
    }
}
