// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import java.util.Locale;

/**
 * How f32 convolutions are computed: the system property {@code keyway.cpu.convolution} or else the
 * environment variable {@code KEYWAY_CPU_CONVOLUTION}, read when the plugin registers its kernels.
 */
enum ConvolutionAlgorithm {
    /** By the definition, one rounding for each product; the default. */
    EXACT,

    /** Windows of 3x3 by {@link FloatWinograd} where that is faster: fewer products, more error. */
    WINOGRAD;

    private static final String PROPERTY = "keyway.cpu.convolution";
    private static final String VARIABLE = "KEYWAY_CPU_CONVOLUTION";

    /**
     * {@return what the user asked for}
     *
     * @throws IllegalArgumentException where there is no such algorithm
     */
    static ConvolutionAlgorithm configured() {
        String name = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        return name == null ? EXACT : of(name);
    }

    /** The algorithm of that name, in any case. */
    static ConvolutionAlgorithm of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "exact" -> EXACT;
            case "winograd" -> WINOGRAD;
            default ->
                    throw new IllegalArgumentException(
                            PROPERTY + " is " + name + "; it can be exact or winograd");
        };
    }
}
