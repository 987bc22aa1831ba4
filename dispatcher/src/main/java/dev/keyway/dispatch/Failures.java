// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceException;
import org.jspecify.annotations.Nullable;

/** Runs steps that must all be tried and reports the first failure with the others attached. */
final class Failures {
    private @Nullable Throwable first;

    void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    void rethrow(String message) {
        if (first != null) {
            throw new DeviceException(message + ": " + first.getMessage(), first);
        }
    }
}
