// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.UnsupportedOperatorException;

/** A composite needs a primitive that the device lacks; the operator may fall back as a whole. */
final class MissingPrimitiveException extends UnsupportedOperatorException {
    private static final long serialVersionUID = 1L;

    MissingPrimitiveException(String message) {
        super(message);
    }
}
