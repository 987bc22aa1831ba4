// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.PrintStream;
import java.io.UncheckedIOException;

/** Writes results as JSON; loaded only by commands that were asked for it. */
final class Json {
    private Json() {}

    /** Writes the value, indented, with a newline behind it. */
    static void print(PrintStream out, Object value) {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        try {
            out.println(mapper.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
