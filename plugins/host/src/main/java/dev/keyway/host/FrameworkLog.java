// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import org.apache.felix.framework.Logger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * Sends what the framework logs to the application's {@link System.Logger}; quiet below warnings.
 */
final class FrameworkLog extends Logger {
    private static final String NAME = "dev.keyway.host";

    FrameworkLog() {
        setLogLevel(LOG_WARNING);
    }

    @Override
    @SuppressWarnings("rawtypes")
    protected void doLog(
            @Nullable Bundle bundle,
            @Nullable ServiceReference service,
            int level,
            String message,
            @Nullable Throwable error) {
        doLog(level, bundle == null ? message : bundle.getSymbolicName() + ": " + message, error);
    }

    @Override
    protected void doLog(int level, String message, @Nullable Throwable error) {
        // Everything that matters to the user reaches Problems in better words.
        System.getLogger(NAME).log(System.Logger.Level.DEBUG, message, error);
    }
}
