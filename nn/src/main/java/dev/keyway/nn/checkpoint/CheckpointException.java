// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import dev.keyway.KeywayException;
import org.jspecify.annotations.Nullable;

/** A checkpoint is corrupt, of another architecture, or can't be written. */
public class CheckpointException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names file, entry and remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public CheckpointException(String message) {
        super(oneLine(message));
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names come from the file and may hold anything. */
    private static String oneLine(String message) {
        return message.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
    }
}
