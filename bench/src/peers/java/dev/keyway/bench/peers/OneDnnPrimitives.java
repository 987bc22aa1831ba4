// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.ConvolutionContest.Shape;
import java.util.ArrayList;
import java.util.List;

/** Convolutions, those of ResNet-18 at 224 by 224 among them, and linear maps against oneDNN. */
public final class OneDnnPrimitives implements ContestFamily {
    /** Channels, side of the image, channels out, side of the window, stride, padding, groups. */
    private static final int[][] RESNET_18 = {
        {3, 224, 64, 7, 2, 3, 1},
        {64, 56, 64, 3, 1, 1, 1},
        {64, 56, 128, 3, 2, 1, 1},
        {64, 56, 128, 1, 2, 0, 1},
        {128, 28, 128, 3, 1, 1, 1},
        {128, 28, 256, 3, 2, 1, 1},
        {128, 28, 256, 1, 2, 0, 1},
        {256, 14, 256, 3, 1, 1, 1},
        {256, 14, 512, 3, 2, 1, 1},
        {256, 14, 512, 1, 2, 0, 1},
        {512, 7, 512, 3, 1, 1, 1}
    };

    private static final int[][] OTHERS = {
        {96, 56, 96, 3, 1, 1, 96},
        {96, 56, 96, 3, 2, 1, 96},
        {64, 56, 256, 1, 1, 0, 1},
        {512, 7, 2048, 1, 1, 0, 1},
        {128, 28, 128, 3, 1, 1, 32},
        {128, 32, 128, 3, 1, 1, 1},
        {256, 16, 256, 3, 1, 1, 1},
        {512, 8, 512, 3, 1, 1, 1}
    };

    /** Rows, products, columns. */
    private static final int[][] LINEAR = {
        {16, 16, 16},
        {32, 32, 32},
        {64, 64, 64},
        {128, 128, 128},
        {128, 384, 384},
        {128, 384, 1536},
        {128, 1536, 384},
        {1, 512, 1000}
    };

    private final List<Entry> entries = new ArrayList<>();

    /** For {@code ServiceLoader}. */
    public OneDnnPrimitives() {
        for (int batch : new int[] {1, 8}) {
            for (int[] sizes : RESNET_18) {
                convolution(batch, sizes, batch == 1 && isQuick(sizes));
                Shape shape = shape(batch, sizes);
                if (shape.suitsWinograd()) {
                    entries.add(
                            new Entry(
                                    shape + KeywaySide.WINOGRAD,
                                    false,
                                    threads -> new ConvolutionContest(shape, true, threads)));
                }
            }
            for (int[] sizes : OTHERS) {
                convolution(batch, sizes, batch == 1 && sizes[6] == 96 && sizes[4] == 1);
            }
        }
        for (int[] s : LINEAR) {
            entries.add(
                    new Entry(
                            "linear " + s[0] + "x" + s[1] + "x" + s[2],
                            s[0] == 64 || s[2] == 1536,
                            threads -> new InnerProductContest(s[0], s[1], s[2], threads)));
        }
    }

    /** Of windows with stride 1 those of the largest images and of the smallest. */
    private static boolean isQuick(int[] sizes) {
        return sizes[0] <= 64 || (sizes[0] == 512 && sizes[2] == 512);
    }

    private void convolution(int batch, int[] sizes, boolean quick) {
        Shape shape = shape(batch, sizes);
        entries.add(
                new Entry(
                        shape.toString(),
                        quick,
                        threads -> new ConvolutionContest(shape, false, threads)));
    }

    private static Shape shape(int batch, int[] s) {
        return new Shape(batch, s[0], s[1], s[2], s[3], s[4], s[5], s[6]);
    }

    @Override
    public String peer() {
        return "oneDNN";
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }
}
