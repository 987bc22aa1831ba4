// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 convolution whose groups have few output channels: pixels are in the lanes. A unit of work is
 * some rows of a group of an image: it copies what they read into an array, where each tap is an
 * offset, and computes four channels at a time.
 */
final class FloatFewChannelsPhase extends ConvolutionWork {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int ROWS = FloatFewChannelsTile.ROWS;
    private static final int COLUMNS = FloatFewChannelsTile.COLUMNS;

    /** Vectors of 512 bits: narrower machines have too few registers for the tile. */
    private static final boolean WIDE = LENGTH == 16;

    /** Numbers that a unit copies, about: they stay in the first cache. */
    private static final int NUMBERS = 1 << 12;

    /** Rows of a unit, where there are so many. */
    private static final int LEAST = 4;

    /** Products of a chunk of units, about. */
    private static final long CHUNK = 1 << 17;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[][] {new float[0], new float[ROWS]});

    private final Convolution shape;
    private final Planes planes;
    private final int groups;
    private final int channels;
    private final int products;
    private final int unitRows;
    private final int rowBlocks;
    private final int[] offsets;

    /** Describes the work; the weights are as the operator gets them. */
    FloatFewChannelsPhase(Convolution shape) {
        this.shape = shape;
        this.planes = Planes.ofInput(shape);
        this.groups = shape.groups();
        this.channels = shape.groupOutChannels();
        this.products = shape.taps();
        int rows = Math.clamp(NUMBERS / row(planes), LEAST, Math.max(LEAST, shape.outHeight()));
        this.rowBlocks = (shape.outHeight() + rows - 1) / rows;
        this.unitRows = (shape.outHeight() + rowBlocks - 1) / rowBlocks;
        this.offsets = offsets();
    }

    /** Whether this is a way for the shape: a few rows of a group's images find room. */
    static boolean suits(Convolution shape) {
        return WIDE
                && shape.batch() > 0
                && shape.outPixels() > 0
                && shape.taps() > 0
                && LEAST * row(Planes.ofInput(shape)) <= NUMBERS;
    }

    /** Numbers of all channels for a row of outputs. */
    private static int row(Planes planes) {
        return Math.max(
                1,
                planes.channels()
                        * planes.strideHeight()
                        * planes.strideWidth()
                        * planes.planeWidth());
    }

    /** What rows of outputs from the given one on read. */
    private Planes region(int row) {
        return planes.from(row, unitRows + planes.planeHeight() - shape.outHeight());
    }

    private int[] offsets() {
        Planes region = region(0);
        int[] result = new int[products];
        int p = 0;
        for (int c = 0; c < planes.channels(); c++) {
            for (int i = 0; i < shape.kernelHeight(); i++) {
                for (int j = 0; j < shape.kernelWidth(); j++) {
                    int row = i * shape.dilationHeight();
                    result[p++] = region.index(c, row, j * shape.dilationWidth());
                }
            }
        }
        return result;
    }

    @Override
    long units() {
        return (long) shape.batch() * groups * rowBlocks;
    }

    @Override
    long chunk() {
        long work = (long) products * channels * unitRows * planes.planeWidth();
        return Math.max(1, CHUNK / work);
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            unit(index / rowBlocks, (int) (index % rowBlocks) * unitRows);
        }
    }

    private void unit(long imageGroup, int row) {
        int rows = Math.min(unitRows, shape.outHeight() - row);
        if (rows <= 0) {
            return;
        }
        Planes region = region(row);
        float[] image = FloatSums.image(region.size() + 2 * COLUMNS);
        FloatRegion.clear(region, planes.channels(), image);
        long size = (long) planes.height() * planes.width();
        long source = source() + SIZE * imageGroup * planes.channels() * size;
        for (int c = 0; c < planes.channels(); c++) {
            FloatRegion.channel(region, source + SIZE * c * size, image, c * region.channelSize());
        }
        int count = (rows - 1) * planes.planeWidth() + shape.outWidth();
        int pitch = (count + COLUMNS - 1) / COLUMNS * COLUMNS + LENGTH;
        float[] sums = FloatSums.sums(ROWS * pitch);
        int first = (int) (imageGroup % groups) * channels;
        for (int o = 0; o < channels; o += ROWS) {
            int used = Math.min(ROWS, channels - o);
            float[][] arrays = arrays();
            weights(first + o, used, arrays);
            FloatFewChannelsTile.add(
                    image, offsets, products, arrays[0], arrays[1], sums, pitch, count);
            for (int r = 0; r < used; r++) {
                store(sums, r * pitch, imageGroup * channels + o + r, row, rows);
            }
        }
    }

    private float[][] arrays() {
        float[][] arrays = ARRAYS.get();
        if (arrays[0].length < ROWS * products) {
            arrays[0] = new float[ROWS * products];
        }
        return arrays;
    }

    /** For each product the channels' weights, and the biases; the last channel stands for more. */
    private void weights(int channel, int used, float[][] arrays) {
        long bias = bias();
        for (int r = 0; r < ROWS; r++) {
            long row = channel + Math.min(r, used - 1);
            arrays[1][r] = bias == 0 ? 0 : Memory.getFloat(bias + SIZE * row);
            long first = packed() + SIZE * row * products;
            for (int p = 0; p < products; p++) {
                arrays[0][ROWS * p + r] = Memory.getFloat(first + (long) SIZE * p);
            }
        }
    }

    /** Writes the sums without those between two rows. */
    private void store(float[] sums, int start, long channel, int row, int rows) {
        int count = shape.outWidth();
        int whole = count - count % LENGTH;
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        long target = out() + SIZE * (channel * shape.outHeight() + row) * count;
        int from = start;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < whole; x += LENGTH) {
                FloatVector.fromArray(SPECIES, sums, from + x)
                        .intoMemorySegment(ALL, target + (long) SIZE * x, ORDER);
            }
            if (whole < count) {
                FloatVector.fromArray(SPECIES, sums, from + whole)
                        .intoMemorySegment(ALL, target + (long) SIZE * whole, ORDER, mask);
            }
            from += planes.planeWidth();
            target += (long) SIZE * count;
        }
    }
}
