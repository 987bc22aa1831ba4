// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** No kernel, composite or allowed fallback serves an operator on a device and dtype. */
public class UnsupportedOperatorException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names what failed and the remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public UnsupportedOperatorException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public UnsupportedOperatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
