// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.operator.OperatorFamily;
import dev.keyway.spi.Backend;
import dev.keyway.spi.KernelProvider;

import org.osgi.framework.Bundle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file in {@code META-INF/services} of a bundle that names what the bundle brings.
 *
 * @param service the interface that the file is named after
 * @param what what it brings, for people
 */
record ServiceFile<S>(Class<S> service, String what) {
    static final ServiceFile<OperatorFamily> OPERATORS =
            new ServiceFile<>(OperatorFamily.class, "operators");
    static final ServiceFile<Backend> BACKENDS = new ServiceFile<>(Backend.class, "a backend");
    static final ServiceFile<KernelProvider> KERNELS =
            new ServiceFile<>(KernelProvider.class, "kernels");

    /** In the order in which they are registered. */
    static final List<ServiceFile<?>> ALL = List.of(OPERATORS, BACKENDS, KERNELS);

    /** The file's name in the bundle. */
    String path() {
        return "META-INF/services/" + service.getName();
    }

    /** The files' names, for people. */
    static String paths() {
        return ALL.stream().map(ServiceFile::path).collect(Collectors.joining(", "));
    }

    /** The class names in the file, in its order; empty when there is no file. */
    List<String> classNames(Bundle bundle) throws IOException {
        URL file = bundle.getEntry(path());
        if (file == null) {
            return List.of();
        }
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(ServiceFile::withoutComment)
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
    S instantiate(Bundle bundle, String className) throws ReflectiveOperationException {
        return bundle.loadClass(className).asSubclass(service).getConstructor().newInstance();
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
