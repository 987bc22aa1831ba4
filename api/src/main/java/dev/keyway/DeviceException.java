// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A device is unknown, unusable, failed or ran out of memory. */
public class DeviceException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public DeviceException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
