// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * A sum in twice the working precision (Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM
 * J. Sci. Comput. 2005), with the sum of the magnitudes, from which a result's tolerance follows:
 * however n terms of precision u are added, the error is at most n u times the sum of the
 * magnitudes.
 */
final class Accumulator {
    private double sum;
    private double error;
    private double plain;
    private double magnitude;
    private boolean finite = true;
    private int count;

    /** Adds a term. */
    Accumulator add(double term) {
        double next = sum + term;
        double part = next - sum;
        error += (sum - (next - part)) + (term - part);
        sum = next;
        plain += term;
        magnitude += Math.abs(term);
        finite &= Double.isFinite(term);
        count++;
        return this;
    }

    /** Adds a product without losing its low half. */
    Accumulator addProduct(double a, double b) {
        double product = a * b;
        add(product);
        double low = Math.fma(a, b, -product);
        if (Double.isFinite(low)) {
            error += low;
        }
        return this;
    }

    /** The sum; NaN and infinities are those of plain addition. */
    double value() {
        double exact = sum + error;
        return Double.isFinite(exact) ? exact : plain;
    }

    /** The sum of the magnitudes. */
    double magnitude() {
        return magnitude;
    }

    /** The number of terms. */
    int count() {
        return count;
    }

    /**
     * The largest error of this sum in a floating type; any result where partial sums may overflow.
     */
    double bound(ElementType type) {
        if (!finite) {
            return 0;
        }
        if (magnitude >= type.largest()) {
            return Double.POSITIVE_INFINITY;
        }
        return (count + 1) * type.unitRoundoff() * magnitude + type.ulp(0) * Math.min(count, 1);
    }
}
