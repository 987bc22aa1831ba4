// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import java.util.ArrayList;
import java.util.List;

/** Which taps reach which outputs, for both directions of a convolution. */
final class Phases {
    private Phases() {}

    /** The one phase of the forward direction. */
    static List<Phase> forward(Convolution shape) {
        List<int[]> taps = new ArrayList<>();
        List<int[]> shifts = new ArrayList<>();
        for (int i = 0; i < shape.kernelHeight(); i++) {
            for (int j = 0; j < shape.kernelWidth(); j++) {
                taps.add(new int[] {i, j});
                shifts.add(new int[] {i * shape.dilationHeight(), j * shape.dilationWidth()});
            }
        }
        return List.of(
                new Phase(
                        taps.toArray(int[][]::new),
                        shifts.toArray(int[][]::new),
                        0,
                        0,
                        1,
                        1,
                        shape.outHeight(),
                        shape.outWidth()));
    }

    /**
     * The phases of the gradient of the input: input row y gets the output's row {@code (y +
     * padding - i * dilation) / stride} through kernel row i where that is whole.
     */
    static List<Phase> backward(Convolution shape, Planes planes) {
        List<Phase> phases = new ArrayList<>();
        for (int y = 0; y < Math.min(shape.strideHeight(), shape.height()); y++) {
            for (int x = 0; x < Math.min(shape.strideWidth(), shape.width()); x++) {
                phases.add(phase(shape, planes, y, x));
            }
        }
        return phases;
    }

    private static Phase phase(Convolution shape, Planes planes, int y, int x) {
        List<int[]> taps = new ArrayList<>();
        List<int[]> shifts = new ArrayList<>();
        for (int i = 0; i < shape.kernelHeight(); i++) {
            int row = y + shape.paddingHeight() - i * shape.dilationHeight();
            if (row % shape.strideHeight() != 0) {
                continue;
            }
            for (int j = 0; j < shape.kernelWidth(); j++) {
                int column = x + shape.paddingWidth() - j * shape.dilationWidth();
                if (column % shape.strideWidth() == 0) {
                    taps.add(new int[] {i, j});
                    shifts.add(
                            new int[] {
                                row / shape.strideHeight() + planes.top(),
                                column / shape.strideWidth() + planes.left()
                            });
                }
            }
        }
        return new Phase(
                taps.toArray(int[][]::new),
                shifts.toArray(int[][]::new),
                y,
                x,
                shape.strideHeight(),
                shape.strideWidth(),
                (shape.height() - y + shape.strideHeight() - 1) / shape.strideHeight(),
                (shape.width() - x + shape.strideWidth() - 1) / shape.strideWidth());
    }

    /** The planes of the output's gradient, padded so that every shift is inside. */
    static Planes ofOutput(Convolution shape) {
        int top =
                margin(
                        shape.kernelHeight(),
                        shape.dilationHeight(),
                        shape.paddingHeight(),
                        shape.strideHeight());
        int left =
                margin(
                        shape.kernelWidth(),
                        shape.dilationWidth(),
                        shape.paddingWidth(),
                        shape.strideWidth());
        int rows = top + 1 + (shape.height() - 1 + shape.paddingHeight()) / shape.strideHeight();
        int columns = left + 1 + (shape.width() - 1 + shape.paddingWidth()) / shape.strideWidth();
        return new Planes(
                shape.groupOutChannels(),
                shape.outHeight(),
                shape.outWidth(),
                top,
                left,
                1,
                1,
                rows,
                columns,
                1,
                1);
    }

    private static int margin(int kernel, int dilation, int padding, int stride) {
        return Math.max(0, (kernel - 1) * dilation - padding + stride - 1) / stride;
    }
}
