// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.spi.Backend;

import org.osgi.framework.Bundle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads {@code META-INF/services/dev.keyway.spi.Backend} of a bundle. */
final class BackendServices {
    static final String FILE = "META-INF/services/" + Backend.class.getName();

    private BackendServices() {}

    /** The class names in the file, in its order; empty when there is no file. */
    static List<String> classNames(Bundle bundle) throws IOException {
        URL file = bundle.getEntry(FILE);
        if (file == null) {
            return List.of();
        }
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(BackendServices::withoutComment)
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
        }
    }

    /**
     * A new object of the class, loaded by the bundle.
     *
     * @throws ReflectiveOperationException when there is no such class or constructor, or when the
     *     constructor is not accessible; what the constructor throws is the cause
     */
    static Backend instantiate(Bundle bundle, String className)
            throws ReflectiveOperationException {
        return bundle.loadClass(className).asSubclass(Backend.class).getConstructor().newInstance();
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
