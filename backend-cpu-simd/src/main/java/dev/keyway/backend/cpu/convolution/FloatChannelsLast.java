// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * Copies rows of an f32 image with their padding into an array, where the channels of a pixel lie
 * side by side: squares of 16 pixels by 16 channels, from memory to their places.
 */
final class FloatChannelsLast {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private final int channels;
    private final int rowNumbers;

    /** Of the image's pixels, from the beginning of a row that is copied on. */
    private final int[] places;

    private final float[] square = new float[LENGTH * LENGTH];

    /** For planes that it {@link #suits}, from whatever row on. */
    FloatChannelsLast(Planes planes) {
        this.channels = planes.channels();
        this.rowNumbers = planes.planeWidth() * channels;
        this.places = new int[planes.planeHeight() * planes.width()];
        for (int p = 0; p < places.length; p++) {
            int column = planes.left() + p % planes.width();
            places[p] = p / planes.width() * rowNumbers + column * channels;
        }
    }

    /** Whether whole rows of an image are copied, as squares. */
    static boolean suits(Planes planes) {
        return FloatSquareStore.FITS
                && planes.channels() >= LENGTH
                && planes.strideHeight() == 1
                && planes.strideWidth() == 1
                && planes.left() >= 0
                && planes.endColumn() == planes.width()
                && planes.height() * planes.width() >= LENGTH;
    }

    /**
     * Copies.
     *
     * @param source address of the image's first channel
     * @param at index of the first number
     * @param sums see {@link FloatSums#touch}
     */
    void copy(Planes planes, long source, float[] to, int at, float[] sums) {
        int end = at + planes.planeHeight() * rowNumbers;
        int first = Math.min(planes.firstRow(), planes.height());
        int last = Math.max(first, planes.endRow());
        int above = Math.clamp(at + (long) (first + planes.top()) * rowNumbers, at, end);
        int below = above + (last - first) * rowNumbers;
        Arrays.fill(to, at, above, 0);
        sides(planes, to, above, below);
        Arrays.fill(to, below, end, 0);
        int pixels = planes.height() * planes.width();
        int from = first * planes.width();
        int count = (last - first) * planes.width();
        long planeBytes = (long) SIZE * pixels;
        FloatSums.touch(
                source + (long) SIZE * from, (long) SIZE * count, channels, planeBytes, sums);
        for (int p = 0; p < count; p += LENGTH) {
            // The last square of an image begins earlier, so that it ends with the image.
            int pixel = Math.min(from + p, pixels - LENGTH);
            int skipped = from + p - pixel;
            int used = Math.min(LENGTH - skipped, count - p);
            long square = source + (long) SIZE * pixel;
            squares(square, planeBytes, skipped, used, p, to, above);
        }
    }

    /** Zeros at both ends of rows. */
    private void sides(Planes planes, float[] to, int above, int below) {
        int left = planes.left() * channels;
        int right = left + planes.width() * channels;
        for (int row = above; row < below; row += rowNumbers) {
            Arrays.fill(to, row, row + left, 0);
            Arrays.fill(to, row + right, row + rowNumbers, 0);
        }
    }

    /** Some pixels of all channels. */
    private void squares(
            long source, long planeBytes, int skipped, int used, int p, float[] to, int start) {
        for (int c = 0; c < channels; c += LENGTH) {
            int first = Math.min(c, channels - LENGTH);
            FloatSquareLoad.transpose(source + first * planeBytes, planeBytes, square, 0);
            for (int r = 0; r < used; r++) {
                FloatVector.fromArray(SPECIES, square, (skipped + r) * LENGTH)
                        .intoArray(to, start + places[p + r] + first);
            }
        }
    }
}
