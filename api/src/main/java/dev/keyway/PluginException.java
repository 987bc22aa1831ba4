// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** A plugin could not be loaded, or left while it was still in use. */
public class PluginException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public PluginException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
