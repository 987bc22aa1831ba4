// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Running reductions: element j of the result takes in elements 0 to j, one after the other. That
 * order defines the bits. f32 accumulates in f64 and rounds each result once; f64 accumulates in
 * f64; integers wrap around. Not for bool.
 */
public enum ScanOp {
    /** Running sum. */
    SUM,
    /** Running product. */
    PROD,
    /** Running maximum, NaN wins. */
    MAX,
    /** Running minimum, NaN wins. */
    MIN,
    /**
     * Logarithm of the running sum of exponentials, {@code m + log1p(exp(-|r - x|))} with m the
     * larger of the result so far and the element; floating dtypes only.
     */
    LOGSUMEXP;

    /** {@return the result so far, before the first element} */
    public double identity() {
        return switch (this) {
            case SUM -> 0;
            case PROD -> 1;
            case MIN -> Double.POSITIVE_INFINITY;
            case MAX, LOGSUMEXP -> Double.NEGATIVE_INFINITY;
        };
    }

    /** {@return the result so far, of integers, before the first element} */
    public long integerIdentity() {
        return switch (this) {
            case SUM -> 0;
            case PROD -> 1;
            case MIN -> Long.MAX_VALUE;
            case MAX -> Long.MIN_VALUE;
            case LOGSUMEXP -> throw new IllegalArgumentException("logsumexp of integers");
        };
    }

    /**
     * {@return the next result from the one so far}
     *
     * @param result the result so far
     * @param x the next element
     */
    public double apply(double result, double x) {
        return switch (this) {
            case SUM -> result + x;
            case PROD -> result * x;
            case MAX -> Math.max(result, x);
            case MIN -> Math.min(result, x);
            case LOGSUMEXP -> logSumExp(result, x);
        };
    }

    /**
     * {@return the next result from the one so far; the caller narrows to its width}
     *
     * @param result the result so far
     * @param x the next element
     */
    public long apply(long result, long x) {
        return switch (this) {
            case SUM -> result + x;
            case PROD -> result * x;
            case MAX -> Math.max(result, x);
            case MIN -> Math.min(result, x);
            case LOGSUMEXP -> throw new IllegalArgumentException("logsumexp of integers");
        };
    }

    private static double logSumExp(double a, double b) {
        double larger = Math.max(a, b);
        if (Double.isInfinite(larger) || Double.isNaN(larger)) {
            return larger;
        }
        return larger + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - larger));
    }
}
