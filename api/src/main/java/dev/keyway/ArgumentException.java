// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** An operator was given a wrong shape, dtype, device or attribute. */
public class ArgumentException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public ArgumentException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public ArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
