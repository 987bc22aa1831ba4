// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

import dev.keyway.KeywayException;

/** A data file is missing, corrupt or not what it should be. */
public class DataException extends KeywayException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message that names file, place and remedy.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     */
    public DataException(String message) {
        super(message);
    }

    /**
     * With the cause kept.
     *
     * @param message names what failed, what came, what was expected, and the remedy
     * @param cause what led to it
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
