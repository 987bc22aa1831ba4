// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * Error bounds of results that are computed in a type's compute type and then rounded once: f16 and
 * bf16 are computed in f32.
 */
final class Rounding {
    private Rounding() {}

    /**
     * The bound of a result.
     *
     * @param type the result's
     * @param value the exact value
     * @param computed the error in the compute type, its own rounding included
     */
    static double bound(ElementType type, double value, double computed) {
        if (!Double.isFinite(value) || Double.isInfinite(computed)) {
            return Double.isFinite(value) ? computed : 0;
        }
        return type.computeType() == type
                ? computed
                : computed + type.ulp(Math.abs(value) + computed) / 2;
    }
}
