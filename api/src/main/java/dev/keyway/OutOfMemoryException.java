// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A device has no memory left, after everything that could be freed was freed. */
public class OutOfMemoryException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public OutOfMemoryException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public OutOfMemoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
