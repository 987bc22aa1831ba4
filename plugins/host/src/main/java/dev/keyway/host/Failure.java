// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.KeywayException;
import dev.keyway.dispatch.StuckPluginException;

import java.util.Objects;

/**
 * Why a plugin does not work, in words only: an exception would keep the plugin's classes alive.
 *
 * @param reason what is wrong
 * @param remedy what the user can do
 */
record Failure(String reason, String remedy) {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** Says why {@code step} failed. */
    static Failure of(String step, Throwable error) {
        return new Failure(step + " failed: " + words(error), remedy(error));
    }

    /** The remedy for a plugin that needs the vector module, which is not there. */
    static String addVectorModule() {
        return "start java with --add-modules " + VECTOR_MODULE;
    }

    static boolean isVectorModule(String packageName) {
        return packageName.equals(VECTOR_MODULE);
    }

    private static String words(Throwable error) {
        Throwable root = error;
        while (root instanceof ExceptionInInitializerError && root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        if (root instanceof KeywayException && message != null) {
            return message;
        }
        return message == null
                ? root.getClass().getName()
                : root.getClass().getName() + ": " + message;
    }

    private static String remedy(Throwable error) {
        String message = Objects.requireNonNullElse(error.getMessage(), "");
        if (error instanceof StuckPluginException) {
            return "restart the program to be rid of the thread; if the plugin is only slow, raise the"
                    + " limit with KeywayBuilder.pluginTimeLimit";
        }
        if (error instanceof LinkageError && message.contains(VECTOR_MODULE.replace('.', '/'))) {
            return addVectorModule();
        }
        if (error instanceof UnsupportedClassVersionError) {
            return "run with the newer Java that the plugin was built for";
        }
        if (error instanceof LinkageError || error instanceof ClassNotFoundException) {
            return "use a version of the plugin that was built for this API, or remove its jar";
        }
        return "ask the plugin's vendor, or remove its jar from the plugin folder";
    }
}
