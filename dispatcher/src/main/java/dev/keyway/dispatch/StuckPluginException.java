// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.PluginException;

/** A plugin's code has not returned within the time limit, and does not heed an interrupt. */
public final class StuckPluginException extends PluginException {
    private static final long serialVersionUID = 1L;

    StuckPluginException(String message) {
        super(message);
    }
}
