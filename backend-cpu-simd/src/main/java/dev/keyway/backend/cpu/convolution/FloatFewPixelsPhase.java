// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;

/**
 * f32 convolution of 1x1 windows over images so small that vectors of pixels would have empty
 * lanes, as of 7x7: output channels lie in the lanes. A unit of work is some images by some panels
 * of channels; it copies the images once, then takes panel by panel, whose weights come from memory
 * as one stream, and with each all of its images.
 */
final class FloatFewPixelsPhase extends ConvolutionWork {
    private static final int LENGTH = FloatVector.SPECIES_PREFERRED.length();
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int ROWS = FloatFewPixelsTile.ROWS;

    /** Vectors of 512 bits: narrower machines have too few registers for the tile. */
    private static final boolean WIDE = LENGTH == 16;

    /** Pixels of an image, at most. */
    private static final int MOST = 128;

    /** Numbers that a unit copies, about: half of the second cache. */
    private static final int NUMBERS = 1 << 17;

    /** Units for each thread, at least, where there is enough to do. */
    private static final int UNITS = 2;

    private final Convolution shape;
    private final Planes planes;
    private final int groups;
    private final int channels;
    private final int inputs;
    private final int pixels;
    private final int panels;
    private final int unitPanels;
    private final int panelBlocks;
    private final int unitImages;
    private final int imageBlocks;

    /** Whether all numbers of the images are read. */
    private final boolean isDense;

    /** Whether all rows that are read, of all channels, lie at the same distance. */
    private final boolean isHalf;

    /** From one channel of a copy to the next. */
    private final int pitch;

    /** Describes the work; how it is divided may depend on the threads, as no bit does. */
    FloatFewPixelsPhase(Convolution shape, int threads) {
        this.shape = shape;
        this.planes = Planes.ofInput(shape);
        this.groups = shape.groups();
        this.channels = shape.groupOutChannels();
        this.inputs = shape.groupChannels();
        this.pixels = shape.outPixels();
        this.panels = FloatWeightPanels.panels(channels);
        this.isDense = shape.strideHeight() == 1 && shape.strideWidth() == 1;
        this.isHalf =
                shape.strideHeight() == 2
                        && shape.strideWidth() == 2
                        && shape.height() == 2 * shape.outHeight()
                        && shape.outWidth() <= LENGTH;
        this.pitch = isHalf ? pixels : planes.channelSize();
        int most = Math.clamp(NUMBERS / ((long) inputs * pitch), 1, shape.batch());
        // Each thread its own images, where they can be shared out evenly.
        int parts = shape.batch() % threads == 0 ? threads : 1;
        int least = Math.ceilDiv(Math.ceilDiv(shape.batch(), most), parts) * parts;
        this.unitImages = Math.ceilDiv(shape.batch(), least);
        this.imageBlocks = Math.ceilDiv(shape.batch(), unitImages);
        int wanted = threads == 1 ? 1 : UNITS * threads;
        int blocks = Math.ceilDiv(wanted, Math.clamp((long) groups * imageBlocks, 1, wanted));
        this.unitPanels = Math.ceilDiv(panels, Math.min(panels, blocks));
        this.panelBlocks = Math.ceilDiv(panels, unitPanels);
    }

    /** Whether this is a way for the shape; where pixels fill vectors there is a better one. */
    static boolean suits(Convolution shape) {
        return WIDE
                && shape.isPointwise()
                && shape.batch() > 0
                && shape.groupChannels() > 0
                && shape.outPixels() >= ROWS
                && shape.outPixels() <= MOST;
    }

    @Override
    long units() {
        return (long) groups * imageBlocks * panelBlocks;
    }

    @Override
    long chunk() {
        return 1;
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            int images = (int) (index / panelBlocks);
            unit(
                    images / imageBlocks,
                    images % imageBlocks * unitImages,
                    (int) (index % panelBlocks) * unitPanels);
        }
    }

    private void unit(int group, int firstImage, int firstPanel) {
        int images = Math.min(unitImages, shape.batch() - firstImage);
        float[] copies = FloatSums.image(images * inputs * pitch + LENGTH);
        long held = (long) group * shape.batch() + firstImage;
        if (!HeldCopy.isHeld(call(), held)) {
            for (int i = 0; i < images; i++) {
                copy((long) (firstImage + i) * groups + group, copies, i * inputs * pitch);
            }
            HeldCopy.hold(call(), held);
        }
        float[] sums = FloatSums.sums(Math.ceilDiv(pixels, ROWS) * ROWS * COLUMNS);
        int end = Math.min(panels, firstPanel + unitPanels);
        for (int panel = firstPanel; panel < end; panel++) {
            long panelBytes = (long) SIZE * COLUMNS * inputs;
            long weights = packed() + panelBytes * ((long) group * panels + panel);
            for (int i = 0; i < images; i++) {
                long channel = ((long) (firstImage + i) * groups + group) * channels;
                channel += (long) panel * COLUMNS;
                image(group, panel, weights, copies, i * inputs * pitch, sums, channel);
            }
        }
    }

    /** What the windows read of an image's group. */
    private void copy(long imageGroup, float[] target, int start) {
        int size = shape.height() * shape.width();
        long source = source() + SIZE * imageGroup * inputs * size;
        if (isDense) {
            FloatColumns.read(source, inputs * size, target, start);
            return;
        }
        if (isHalf) {
            long rowBytes = 2L * SIZE * shape.width();
            int rows = inputs * shape.outHeight();
            FloatPixelRows.copy(source, rowBytes, rows, shape.outWidth(), target, start);
            return;
        }
        for (int c = 0; c < inputs; c++) {
            FloatRegion.channel(planes, source + (long) SIZE * c * size, target, start + c * pitch);
        }
    }

    /** A panel's channels of an image. */
    private void image(
            int group,
            int panel,
            long weights,
            float[] copies,
            int start,
            float[] sums,
            long channel) {
        int used = Math.min(COLUMNS, channels - panel * COLUMNS);
        long first = (long) group * channels + panel * COLUMNS;
        long bias = bias() == 0 ? 0 : bias() + SIZE * first;
        FloatSums.begin(sums, 0, pixels, bias, used);
        int end = start + inputs * pitch;
        for (int p = 0; p < pixels; p += ROWS) {
            // Behind the last pixel of a channel lies something, whose sums are not stored.
            FloatFewPixelsTile.add(copies, start + p, end, pitch, weights, sums, p * COLUMNS);
        }
        FloatColumns.store(
                sums, 0, pixels, used, out() + SIZE * channel * pixels, (long) SIZE * pixels);
    }
}
