// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** What one run of the command gave. */
record Outcome(int status, String out, String err) {
    /** Runs the command in this process, with no environment. */
    static Outcome of(String... arguments) {
        return of(Map.of(), arguments);
    }

    /** Runs the command in this process. */
    static Outcome of(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        environment,
                        false);
        int status = Main.run(terminal, arguments);
        return new Outcome(status, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Asserts that all went well and silently. */
    Outcome ok() {
        assertEquals(0, status, this::toString);
        assertEquals("", err);
        return this;
    }

    /** Asserts a failure with one line that has all the words, and nothing on standard output. */
    void failed(int expected, String... words) {
        assertEquals(expected, status, this::toString);
        assertEquals("", out);
        assertEquals(1, err.lines().count(), err);
        assertFalse(err.contains("\tat "), err);
        for (String word : words) {
            assertTrue(err.contains(word), () -> "expected '" + word + "' in: " + err);
        }
    }

    /** The output's lines. */
    List<String> lines() {
        return out.lines().toList();
    }

    /** The output, which is one JSON value. */
    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + out, e);
        }
    }
}
