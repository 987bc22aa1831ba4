// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packages that the host's class path gives to every bundle. */
final class SystemPackages {
    /** The version of the API, which the plugins' imports are checked against. */
    static final String API_VERSION = "1.0.0";

    private static final List<String> API =
            List.of(
                    "dev.keyway",
                    "dev.keyway.attributes",
                    "dev.keyway.operator",
                    "dev.keyway.results",
                    "dev.keyway.schema",
                    "dev.keyway.spi",
                    "dev.keyway.spi.toolkit");

    private SystemPackages() {}

    /** Whether the package belongs to the API. */
    static boolean isApi(String packageName) {
        return API.contains(packageName);
    }

    /** The value of {@code org.osgi.framework.system.packages.extra}. */
    static String extra() {
        Stream<String> api = API.stream().map(name -> name + ";version=" + API_VERSION);
        Stream<String> annotations = Stream.of("org.jspecify.annotations;version=1.0.0");
        return Stream.concat(api, annotations).collect(Collectors.joining(","));
    }
}
