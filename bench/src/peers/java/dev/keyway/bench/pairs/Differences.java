// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

/** How far results are apart, as a multiple of what is allowed. */
final class Differences {
    private Differences() {}

    /**
     * The largest of two lists.
     *
     * @param relative allowed, of the larger number's size; 0 where they have to be equal
     * @param scale numbers smaller than this count as this large
     */
    static double largest(double[] ours, double[] theirs, double relative, double scale) {
        if (ours.length != theirs.length) {
            return Double.NaN;
        }
        double worst = 0;
        for (int i = 0; i < ours.length; i++) {
            double a = ours[i];
            double b = theirs[i];
            if (a != b && !(Double.isNaN(a) && Double.isNaN(b))) {
                double size = Math.max(scale, Math.max(Math.abs(a), Math.abs(b)));
                double difference = Math.abs(a - b) / (relative * size);
                if (Double.isNaN(difference)) {
                    return Double.NaN;
                }
                worst = Math.max(worst, difference);
            }
        }
        return worst;
    }

    /** Mean and mean square of random numbers, which may lie six standard errors apart. */
    static double ofMoments(double[] ours, double[] theirs) {
        double[] a = moments(ours);
        double[] b = moments(theirs);
        double count = Math.min(ours.length, theirs.length);
        double spread = Math.max(a[1], b[1]);
        double mean = Math.abs(a[0] - b[0]) / (6 * Math.sqrt(2 * spread / count));
        double square = Math.abs(a[1] - b[1]) / (6 * Math.sqrt(8 / count) * spread);
        return Math.max(mean, square);
    }

    private static double[] moments(double[] numbers) {
        double sum = 0;
        double squares = 0;
        for (double number : numbers) {
            sum += number;
            squares += number * number;
        }
        return new double[] {sum / numbers.length, squares / numbers.length};
    }
}
