// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.nn.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads what a checkpoint's metadata say.
 *
 * @param file for errors
 * @param values texts by name
 */
record MetadataReader(Path file, Map<String, String> values) {
    /** The text under a name. */
    String text(String name) {
        String text = values.get(name);
        if (text == null) {
            throw error("it has no '" + name + "', so it is not of a training run");
        }
        return text;
    }

    /** Any integer. */
    long integer(String name) {
        String text = text(name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw error("'" + name + "' is '" + text + "', expected an integer", e);
        }
    }

    /** An integer in a range. */
    int integer(String name, int least, int most) {
        long value = integer(name);
        if (value < least || value > most) {
            throw error("'%s' is '%d', expected %d to %d".formatted(name, value, least, most));
        }
        return (int) value;
    }

    /** A number in a range. */
    double number(String name, double least, double most) {
        String text = text(name);
        try {
            double value = Double.parseDouble(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw error("'" + name + "' is '" + text + "', expected a number", e);
        }
        throw error("'%s' is '%s', expected %s to %s".formatted(name, text, least, most));
    }

    /** An error that says why the checkpoint does not fit. */
    CheckpointException error(String why) {
        return new CheckpointException("checkpoint " + file + " does not fit: " + why);
    }

    /** An error that says why the checkpoint does not fit. */
    CheckpointException error(String why, Throwable cause) {
        return new CheckpointException("checkpoint " + file + " does not fit: " + why, cause);
    }
}
