// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.ConvolutionContest.Shape;
import java.util.ArrayList;
import java.util.List;

/** The distinct convolutions of ResNet-18 at 224 by 224, against oneDNN. */
public final class OneDnnConvolutions implements ContestFamily {
    /** Channels, side of the image, channels out, side of the window, stride, padding. */
    private static final int[][] RESNET_18 = {
        {3, 224, 64, 7, 2, 3},
        {64, 56, 64, 3, 1, 1},
        {64, 56, 128, 3, 2, 1},
        {64, 56, 128, 1, 2, 0},
        {128, 28, 128, 3, 1, 1},
        {128, 28, 256, 3, 2, 1},
        {128, 28, 256, 1, 2, 0},
        {256, 14, 256, 3, 1, 1},
        {256, 14, 512, 3, 2, 1},
        {256, 14, 512, 1, 2, 0},
        {512, 7, 512, 3, 1, 1}
    };

    /** For {@code ServiceLoader}. */
    public OneDnnConvolutions() {}

    @Override
    public String peer() {
        return "oneDNN";
    }

    @Override
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int batch : new int[] {1, 8}) {
            for (int[] s : RESNET_18) {
                Shape shape = new Shape(batch, s[0], s[1], s[2], s[3], s[4], s[5]);
                entries.add(
                        new Entry(
                                shape.toString(),
                                batch == 1,
                                threads -> new ConvolutionContest(shape, threads)));
            }
        }
        return entries;
    }
}
