// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A tensor, device or runtime was used after it was closed. */
public class ClosedException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public ClosedException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public ClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
