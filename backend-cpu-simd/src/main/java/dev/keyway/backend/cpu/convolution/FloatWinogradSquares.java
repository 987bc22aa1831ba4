// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Brings rows of f32 images into planes for {@link FloatWinograd}: one for each place in the square
 * that a tile of outputs reads, in which number q belongs to tile q. Neighbouring squares have two
 * rows and columns in common, which are written twice. So tiles lie side by side without gaps, also
 * those of several images.
 */
final class FloatWinogradSquares {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** The even lanes of a vector, then those of another. */
    private static final VectorShuffle<Float> EVEN =
            VectorShuffle.fromOp(SPECIES, i -> i < LENGTH / 2 ? 2 * i : 2 * i - 2 * LENGTH);

    /** The odd lanes of a vector, then those of another. */
    private static final VectorShuffle<Float> ODD =
            VectorShuffle.fromOp(SPECIES, i -> i < LENGTH / 2 ? 2 * i + 1 : 2 * i + 1 - 2 * LENGTH);

    /** Each lane's neighbour. */
    private static final VectorShuffle<Float> NEXT =
            VectorShuffle.fromOp(SPECIES, i -> Math.min(i + 1, LENGTH - 1));

    /** Numbers {@code 2 q + j}, and {@code 4 q + j}; the last lane where there are none. */
    private static final VectorShuffle<Float> HALF_0 = every(2, 0);

    private static final VectorShuffle<Float> HALF_1 = every(2, 1);
    private static final VectorShuffle<Float> HALF_2 = every(2, 2);
    private static final VectorShuffle<Float> HALF_3 = every(2, 3);
    private static final VectorShuffle<Float> FOURTH_0 = every(4, 0);
    private static final VectorShuffle<Float> FOURTH_1 = every(4, 1);
    private static final VectorShuffle<Float> FOURTH_2 = every(4, 2);
    private static final VectorShuffle<Float> FOURTH_3 = every(4, 3);
    private static final VectorShuffle<Float> FOURTH_4 = every(4, 4);
    private static final VectorShuffle<Float> FOURTH_5 = every(4, 5);

    private final Convolution shape;
    private final int edge;
    private final int tileColumns;
    private final int pitch;

    /** The numbers of a narrow row in a vector that begins with the padding. */
    private final VectorMask<Float> used;

    private int plane;
    private int rows;

    /** The image's row that the squares begin with, and those that are copied. */
    private int top;

    private int from;
    private int end;

    /** Describes nothing yet. */
    FloatWinogradSquares(Convolution shape, int edge) {
        this.shape = shape;
        this.edge = edge;
        this.tileColumns = Math.ceilDiv(shape.outWidth(), edge);
        this.pitch = edge * tileColumns + 2;
        this.used = SPECIES.indexInRange(-shape.paddingWidth(), shape.width());
    }

    /**
     * For rows of tiles of one image.
     *
     * @param row the first row of tiles
     * @param newRows how many
     * @param newPlane numbers of a plane: a vector more than there are tiles, or more
     */
    void describe(int row, int newRows, int newPlane) {
        plane = newPlane;
        rows = newRows;
        top = edge * row - shape.paddingHeight();
        from = Math.max(0, top);
        end = Math.min(shape.height(), top + edge * rows + 2);
    }

    private static VectorShuffle<Float> every(int step, int first) {
        return VectorShuffle.fromOp(SPECIES, q -> Math.min(step * q + first, LENGTH - 1));
    }

    /** Whether a vector holds a row of the image, the padding on its left and a zero. */
    private boolean isNarrow() {
        return shape.paddingWidth() + shape.width() < LENGTH;
    }

    /** Numbers of the copy of a channel, behind which {@code edge} vectors are read. */
    int size() {
        return (edge * rows + 2) * pitch;
    }

    /**
     * Fetches the rows of a channel.
     *
     * @param channel address of the channel
     * @param lines whose last number is written
     */
    void touch(long channel, float[] lines) {
        long rowBytes = (long) Float.BYTES * shape.width();
        FloatSums.touch(channel + from * rowBytes, Math.max(0, end - from) * rowBytes, lines);
    }

    /**
     * Copies a channel of the image.
     *
     * @param channel address of the channel
     * @param lines room for {@link #size} and what is read behind, 0 where the padding is
     * @param start the copy's place
     */
    void read(long channel, float[] lines, int start) {
        if (!isNarrow()) {
            int width = shape.width();
            int to = start + (from - top) * pitch + shape.paddingWidth();
            long source = channel + (long) Float.BYTES * from * width;
            lines(source, width, end - from, lines, to, pitch);
        }
    }

    /**
     * Brings the rows of a channel into the squares. What is written behind its tiles belongs to
     * the ones that come next.
     *
     * @param channel address of the channel
     * @param lines what {@link #read} copied
     * @param start the copy's place
     * @param planes receives the squares
     * @param first the first tile's place
     */
    void spread(long channel, float[] lines, int start, float[] planes, int first) {
        boolean narrow = isNarrow();
        int left = shape.paddingWidth();
        for (int y = 0; y < edge * rows + 2; y++) {
            int row = y % edge;
            int below = y < edge || row > 1 ? -1 : place(row + edge, y / edge - 1, first);
            int at = y < edge * rows ? place(row, y / edge, first) : below;
            int line = start + y * pitch;
            long source = channel + (long) Float.BYTES * ((long) (top + y) * shape.width() - left);
            if (narrow && (top + y < 0 || top + y >= shape.height())) {
                blank(planes, at, below, edge + 2, plane);
            } else if (narrow && edge == 2) {
                halves(source, used, planes, at, below, plane);
            } else if (narrow) {
                fourths(source, used, planes, at, below, plane);
            } else if (edge == 2) {
                halves(lines, line, planes, at, below, plane, tileColumns);
            } else {
                fourths(lines, line, planes, at, below, plane, tileColumns);
            }
        }
    }

    /** Where a row of the squares of a row of tiles begins in the planes. */
    private int place(int row, int tileRow, int first) {
        return row * (edge + 2) * plane + first + tileRow * tileColumns;
    }

    private static void blank(float[] planes, int to, int below, int columns, int plane) {
        for (int j = 0; j < columns; j++) {
            FloatVector.zero(SPECIES).intoArray(planes, to + j * plane);
            if (below >= 0) {
                FloatVector.zero(SPECIES).intoArray(planes, below + j * plane);
            }
        }
    }

    private static void halves(
            long line, VectorMask<Float> used, float[] planes, int to, int below, int plane) {
        FloatVector row = load(line, used);
        FloatVector p0 = row.rearrange(HALF_0);
        FloatVector p1 = row.rearrange(HALF_1);
        FloatVector p2 = row.rearrange(HALF_2);
        FloatVector p3 = row.rearrange(HALF_3);
        p0.intoArray(planes, to);
        p1.intoArray(planes, to + plane);
        p2.intoArray(planes, to + 2 * plane);
        p3.intoArray(planes, to + 3 * plane);
        if (below >= 0) {
            p0.intoArray(planes, below);
            p1.intoArray(planes, below + plane);
            p2.intoArray(planes, below + 2 * plane);
            p3.intoArray(planes, below + 3 * plane);
        }
    }

    private static void fourths(
            long line, VectorMask<Float> used, float[] planes, int to, int below, int plane) {
        FloatVector row = load(line, used);
        FloatVector p0 = row.rearrange(FOURTH_0);
        FloatVector p1 = row.rearrange(FOURTH_1);
        FloatVector p2 = row.rearrange(FOURTH_2);
        FloatVector p3 = row.rearrange(FOURTH_3);
        FloatVector p4 = row.rearrange(FOURTH_4);
        FloatVector p5 = row.rearrange(FOURTH_5);
        p0.intoArray(planes, to);
        p1.intoArray(planes, to + plane);
        p2.intoArray(planes, to + 2 * plane);
        p3.intoArray(planes, to + 3 * plane);
        p4.intoArray(planes, to + 4 * plane);
        p5.intoArray(planes, to + 5 * plane);
        if (below >= 0) {
            p0.intoArray(planes, below);
            p1.intoArray(planes, below + plane);
            p2.intoArray(planes, below + 2 * plane);
            p3.intoArray(planes, below + 3 * plane);
            p4.intoArray(planes, below + 4 * plane);
            p5.intoArray(planes, below + 5 * plane);
        }
    }

    /**
     * Copies rows of an image. Behind a short one follow zeros, first where the padding is, and
     * then where the next row comes.
     */
    private static void lines(
            long source, int width, int count, float[] lines, int start, int pitch) {
        VectorMask<Float> used = SPECIES.indexInRange(0, width);
        long from = source;
        int to = start;
        for (int y = 0; y < count; y++) {
            if (width < LENGTH) {
                FloatVector.fromMemorySegment(SPECIES, ALL, from, ORDER, used).intoArray(lines, to);
            } else {
                for (int x = 0; x < width; x += LENGTH) {
                    int first = Math.min(x, width - LENGTH);
                    FloatVector.fromMemorySegment(
                                    SPECIES, ALL, from + (long) Float.BYTES * first, ORDER)
                            .intoArray(lines, to + first);
                }
            }
            from += (long) Float.BYTES * width;
            to += pitch;
        }
    }

    /** Numbers 2 q + j for each tile q, to four planes j. */
    private static void halves(
            float[] line, int from, float[] planes, int start, int again, int plane, int tiles) {
        for (int q = 0; q < tiles; q += LENGTH - 1) {
            int at = from + 2 * q;
            FloatVector low = load(line, at);
            FloatVector high = load(line, at + LENGTH);
            FloatVector p0 = low.rearrange(EVEN, high);
            FloatVector p1 = low.rearrange(ODD, high);
            FloatVector p2 = p0.rearrange(NEXT);
            FloatVector p3 = p1.rearrange(NEXT);
            int to = start + q;
            p0.intoArray(planes, to);
            p1.intoArray(planes, to + plane);
            p2.intoArray(planes, to + 2 * plane);
            p3.intoArray(planes, to + 3 * plane);
            if (again >= 0) {
                int below = again + q;
                p0.intoArray(planes, below);
                p1.intoArray(planes, below + plane);
                p2.intoArray(planes, below + 2 * plane);
                p3.intoArray(planes, below + 3 * plane);
            }
        }
    }

    /** Numbers 4 q + j for each tile q, to six planes j. */
    private static void fourths(
            float[] line, int from, float[] planes, int start, int again, int plane, int tiles) {
        for (int q = 0; q < tiles; q += LENGTH - 1) {
            int at = from + 4 * q;
            FloatVector n0 = load(line, at);
            FloatVector n1 = load(line, at + LENGTH);
            FloatVector n2 = load(line, at + 2 * LENGTH);
            FloatVector n3 = load(line, at + 3 * LENGTH);
            FloatVector low = n0.rearrange(EVEN, n1);
            FloatVector high = n2.rearrange(EVEN, n3);
            FloatVector p0 = low.rearrange(EVEN, high);
            FloatVector p2 = low.rearrange(ODD, high);
            low = n0.rearrange(ODD, n1);
            high = n2.rearrange(ODD, n3);
            FloatVector p1 = low.rearrange(EVEN, high);
            FloatVector p3 = low.rearrange(ODD, high);
            FloatVector p4 = p0.rearrange(NEXT);
            FloatVector p5 = p1.rearrange(NEXT);
            int to = start + q;
            p0.intoArray(planes, to);
            p1.intoArray(planes, to + plane);
            p2.intoArray(planes, to + 2 * plane);
            p3.intoArray(planes, to + 3 * plane);
            p4.intoArray(planes, to + 4 * plane);
            p5.intoArray(planes, to + 5 * plane);
            if (again >= 0) {
                int below = again + q;
                p0.intoArray(planes, below);
                p1.intoArray(planes, below + plane);
                p2.intoArray(planes, below + 2 * plane);
                p3.intoArray(planes, below + 3 * plane);
                p4.intoArray(planes, below + 4 * plane);
                p5.intoArray(planes, below + 5 * plane);
            }
        }
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    private static FloatVector load(float[] numbers, int at) {
        return Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, numbers, at));
    }
}
