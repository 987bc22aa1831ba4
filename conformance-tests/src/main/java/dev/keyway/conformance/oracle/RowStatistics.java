// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * Mean, variance and inverse deviation of some elements, and how far they may be off when computed
 * in precision u: mean and variance by about n u of the magnitudes that go in.
 *
 * @param mean 0 for the root mean square
 * @param variance mean square of the distance to the mean
 */
record RowStatistics(
        double mean, double variance, double rstd, double magnitude, int count, double u) {

    /** Of these elements. */
    static RowStatistics of(HostArray input, int[] members, double eps, boolean centred, double u) {
        Accumulator sum = new Accumulator();
        double magnitude = 0;
        for (int member : members) {
            sum.add(input.real(member));
            magnitude = Math.max(magnitude, Math.abs(input.real(member)));
        }
        double mean = centred ? sum.value() / members.length : 0;
        Accumulator squares = new Accumulator();
        for (int member : members) {
            double distance = input.real(member) - mean;
            squares.addProduct(distance, distance);
        }
        double variance = squares.value() / members.length;
        double rstd = 1 / Math.sqrt(variance + eps);
        return new RowStatistics(mean, variance, rstd, magnitude, members.length, u);
    }

    /** How far the mean may be off. */
    double meanError() {
        return mean == 0 ? 0 : (count + 4) * u * magnitude;
    }

    private double varianceError() {
        double moved = (count + 4) * u * magnitude;
        return (count + 8) * 2 * u * variance + 2 * moved * Math.sqrt(variance) + moved * moved;
    }

    /** How far rstd may be off, as a part of itself. */
    double rstdError() {
        return 0.5 * varianceError() * rstd * rstd + 8 * u;
    }

    /** {@code (x - mean) rstd w + b}. */
    double normalized(double x, double weight, double bias) {
        return (x - mean) * rstd * weight + bias;
    }

    /** How far that may be off. */
    double normalizedError(double x, double weight, double bias) {
        double factor = rstd * Math.abs(weight);
        double terms = Math.abs(x) + Math.abs(mean);
        return factor * ((count + 4) * u * (mean == 0 ? 0 : magnitude) + 8 * u * terms)
                + factor * Math.abs(x - mean) * rstdError()
                + 8 * u * Math.abs(bias);
    }
}
