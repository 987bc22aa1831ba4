// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;
import java.util.List;

/**
 * f32 gradient for the input of a convolution with a stride, all {@link Phase}s together: a unit of
 * work is some rows of every phase of an image, which are neighbouring rows of the result, by some
 * panels of channels. It copies the rows of the output's gradient once for all phases, and writes
 * whole lines.
 */
final class FloatStridedGradient extends ConvolutionWork {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int RUN = FloatRunTile.RUN;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Products in a block: their weights for one panel stay in the first cache. */
    private static final int PRODUCTS = 384;

    /** Pixels of the result in a unit, about. */
    private static final int PIXELS = 448;

    /** Channels of the result in a unit, at most. */
    private static final int CHANNELS = 256;

    private final Convolution shape;
    private final Planes planes;
    private final List<Phase> phases;
    private final int channels;
    private final int panels;
    private final int unitPanels;
    private final int panelBlocks;

    /** Rows of a phase, at most, and those of a unit. */
    private final int rows;

    private final int unitRows;
    private final int rowBlocks;

    /** From one row of sums to the next: rows are apart as in the planes, or whole runs. */
    private final int pitch;

    /** Channels of the output's gradient that are copied together. */
    private final int block;

    private final int[][] offsets;

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatStridedGradient(Convolution shape, Planes planes, List<Phase> phases, int threads) {
        this.shape = shape;
        this.planes = planes;
        this.phases = phases;
        this.channels = shape.groupChannels();
        this.panels = FloatWeightPanels.panels(channels);
        this.rows = phases.getFirst().rows();
        int columns = phases.getFirst().columns();
        this.pitch = Math.min(planes.planeWidth(), Math.ceilDiv(columns, RUN) * RUN);
        int most = PIXELS / Math.max(1, shape.strideHeight() * shape.width());
        int parts = Math.ceilDiv(rows, Math.clamp(most, 1, rows));
        this.unitRows = Math.ceilDiv(rows, parts);
        this.rowBlocks = Math.ceilDiv(rows, unitRows);
        int blocks = Math.ceilDiv(panels * COLUMNS, CHANNELS);
        long units = (long) shape.batch() * shape.groups() * rowBlocks * blocks;
        boolean few = threads > 1 && units < 2L * threads;
        this.unitPanels = Math.ceilDiv(panels, few ? Math.min(panels, 2 * threads) : blocks);
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
        int taps = 1;
        for (Phase phase : phases) {
            taps = Math.max(taps, phase.taps().length);
        }
        this.block = Math.clamp(PRODUCTS / taps, 1, Math.max(1, planes.channels()));
        this.offsets = offsets();
    }

    private int[][] offsets() {
        Planes region = region(0);
        int[][] result = new int[phases.size()][];
        for (int i = 0; i < result.length; i++) {
            int[][] shifts = phases.get(i).shifts();
            result[i] = new int[block * shifts.length];
            for (int p = 0; p < result[i].length; p++) {
                int[] shift = shifts[p % shifts.length];
                result[i][p] = region.index(p / shifts.length, shift[0], shift[1]);
            }
        }
        return result;
    }

    /** The planes that a unit copies, from the given row of the phases on. */
    private Planes region(int row) {
        return planes.from(row, unitRows + planes.planeHeight() - phases.getLast().rows());
    }

    @Override
    long units() {
        return panelBlocks * images() * rowBlocks;
    }

    @Override
    long chunk() {
        return Math.max(1, units() / 32);
    }

    /** Groups of images. */
    private long images() {
        return (long) shape.batch() * shape.groups();
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            long image = index / rowBlocks;
            int row = (int) (index % rowBlocks) * unitRows;
            new Unit(image % images(), row, (int) (image / images()) * unitPanels).run();
        }
    }

    /** Work of one thread. */
    private final class Unit {
        private final long imageGroup;
        private final int row;
        private final int count;
        private final int firstPanel;
        private final int[] bases;

        /** Sums of a phase for a panel. */
        private final int phaseSums;

        private final float[] sums;

        Unit(long imageGroup, int row, int firstPanel) {
            this.imageGroup = imageGroup;
            this.row = row;
            this.firstPanel = firstPanel;
            this.count = Math.min(unitPanels, panels - firstPanel);
            this.bases = bases(Math.min(unitRows, rows - row));
            this.phaseSums = bases.length * RUN * COLUMNS;
            this.sums = FloatSums.sums(count * phases.size() * phaseSums);
        }

        /** Where in the planes each run of sums begins. */
        private int[] bases(int used) {
            int all = (used - 1) * pitch + phases.getFirst().columns();
            int[] result = new int[Math.ceilDiv(all, RUN)];
            for (int i = 0; i < result.length; i++) {
                int sum = i * RUN;
                result[i] = sum / pitch * planes.planeWidth() + sum % pitch;
            }
            return result;
        }

        void run() {
            Planes region = region(row);
            float[] image = FloatSums.image(block * region.channelSize() + 2 * RUN + LENGTH);
            FloatRegion.clear(region, block, image);
            Arrays.fill(sums, 0, count * phases.size() * phaseSums, 0);
            int inputs = planes.channels();
            long size = (long) planes.height() * planes.width();
            for (int c = 0; c < inputs; c += block) {
                int used = Math.min(block, inputs - c);
                long source = source() + SIZE * (imageGroup * inputs + c) * size;
                touch(region, source, used);
                for (int i = 0; i < used; i++) {
                    long channel = source + SIZE * i * size;
                    FloatRegion.channel(region, channel, image, i * region.channelSize());
                }
                for (int j = 0; j < count; j++) {
                    add(image, c, used, j);
                }
            }
            for (int j = 0; j < count; j++) {
                store(j);
            }
        }

        /** Brings the rows that are copied into the cache. */
        private void touch(Planes region, long source, int used) {
            long rowBytes = (long) SIZE * region.width();
            int first = Math.min(region.firstRow(), region.height());
            int copied = Math.max(0, region.endRow() - first);
            long distance = rowBytes * region.height();
            FloatSums.touch(source + first * rowBytes, copied * rowBytes, used, distance, sums);
        }

        /** The products of copied channels for a panel. */
        private void add(float[] image, int channel, int used, int j) {
            long group = imageGroup % shape.groups();
            long place = (group * panels + firstPanel + j) * planes.channels() + channel;
            long packed = packed();
            for (int i = 0; i < phases.size(); i++) {
                int taps = phases.get(i).taps().length;
                if (taps > 0) {
                    long weights = packed + SIZE * COLUMNS * place * taps;
                    if (isFetching()) {
                        FloatSums.touch(weights, (long) SIZE * COLUMNS * used * taps, sums);
                    }
                    int at = (j * phases.size() + i) * phaseSums;
                    FloatRunTile.multiply(
                            image,
                            bases,
                            0,
                            bases.length,
                            offsets[i],
                            used * taps,
                            weights,
                            sums,
                            at);
                }
                packed += FloatWeightPanels.backwardBytes(shape, phases.get(i));
            }
        }

        /** Brings the phases' sums together. */
        private void store(int j) {
            int firstRow = row * shape.strideHeight();
            int lines = Math.min(unitRows * shape.strideHeight(), shape.height() - firstRow);
            int pixels = lines * shape.width();
            float[] together = FloatSums.lines(pixels);
            for (int i = 0; i < phases.size(); i++) {
                Phase phase = phases.get(i);
                int from = (j * phases.size() + i) * phaseSums;
                int used = Math.min(unitRows, phase.rows() - row);
                for (int r = 0; r < used; r++) {
                    int line = r * shape.strideHeight() + phase.firstRow();
                    int to = (line * shape.width() + phase.firstColumn()) * COLUMNS;
                    int step = shape.strideWidth() * COLUMNS;
                    spread(sums, from + r * pitch * COLUMNS, phase.columns(), together, to, step);
                }
            }
            long size = (long) shape.height() * shape.width();
            long panel = (long) (firstPanel + j) * COLUMNS;
            long line = (imageGroup * channels + panel) * size + (long) firstRow * shape.width();
            int outputs = (int) Math.min(COLUMNS, channels - panel);
            long target = out() + SIZE * line;
            FloatColumns.store(together, 0, pixels, outputs, target, SIZE * size);
        }

        /** Rows of two vectors. */
        private static void spread(
                float[] from, int at, int count, float[] to, int start, int step) {
            int next = start;
            for (int i = 0; i < count; i++) {
                int row = at + i * COLUMNS;
                FloatVector.fromArray(SPECIES, from, row).intoArray(to, next);
                FloatVector.fromArray(SPECIES, from, row + LENGTH).intoArray(to, next + LENGTH);
                next += step;
            }
        }
    }
}
