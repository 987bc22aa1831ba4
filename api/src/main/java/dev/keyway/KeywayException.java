// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.jspecify.annotations.Nullable;

/** Every error that Keyway reports; the subclasses say which kind. */
public class KeywayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public KeywayException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public KeywayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message; there always is one. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? getClass().getSimpleName() : message;
    }
}
