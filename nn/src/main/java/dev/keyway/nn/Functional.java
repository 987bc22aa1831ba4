// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators chosen by a mode, as PyTorch's {@code torch.nn.functional} has them. */
public final class Functional {
    private Functional() {}

    /** How a border is filled. */
    public enum PadMode {
        /** With a number. */
        CONSTANT,
        /** With the mirrored elements, the edge not repeated. */
        REFLECT,
        /** With the edge. */
        REPLICATE,
        /** With the opposite elements. */
        CIRCULAR
    }

    /** How an image gets another size. */
    public enum Interpolation {
        /** The pixel to the upper left. */
        NEAREST,
        /** The nearest pixel's centre. */
        NEAREST_EXACT,
        /** Straight lines between pixels, in one to three directions. */
        LINEAR,
        /** Cubic curves, in two directions. */
        BICUBIC
    }

    /** How a point between pixels is computed; in the order of the operators' numbers. */
    public enum SampleMode {
        /** Straight lines between pixels. */
        BILINEAR,
        /** The nearest pixel. */
        NEAREST,
        /** Cubic curves, in images only. */
        BICUBIC
    }

    /** What is outside an image; in the order of the operators' numbers. */
    public enum SamplePadding {
        /** Zeros. */
        ZEROS,
        /** The pixels of the edge. */
        BORDER,
        /** The image mirrored at its edges. */
        REFLECTION
    }

    /**
     * The tensor with a border.
     *
     * @param input the tensor
     * @param mode how the border is made
     * @param value for {@link PadMode#CONSTANT}
     * @param pad two numbers for each dimension, from the last
     * @return a new tensor
     */
    public static Tensor pad(Tensor input, PadMode mode, double value, long... pad) {
        int rank = pad.length / 2;
        return switch (mode) {
            case CONSTANT -> Ops.constantPadNd(input, pad, value);
            case CIRCULAR -> Ops._padCircular(input, pad);
            case REFLECT ->
                    switch (rank) {
                        case 1 -> Ops.reflectionPad1d(input, pad);
                        case 2 -> Ops.reflectionPad2d(input, pad);
                        case 3 -> Ops.reflectionPad3d(input, pad);
                        default -> throw unknown("pad", mode, pad);
                    };
            case REPLICATE ->
                    switch (rank) {
                        case 1 -> Ops.replicationPad1d(input, pad);
                        case 2 -> Ops.replicationPad2d(input, pad);
                        case 3 -> Ops.replicationPad3d(input, pad);
                        default -> throw unknown("pad", mode, pad);
                    };
        };
    }

    /**
     * {@code [n, channels, ...]} in another size.
     *
     * @param input the tensor
     * @param mode how it is computed between pixels
     * @param alignCorners whether the centres of the corner pixels stay in place
     * @param size one for each direction
     * @return a new tensor
     */
    public static Tensor interpolate(
            Tensor input, Interpolation mode, boolean alignCorners, long... size) {
        return resized(input, mode, alignCorners, size, new Double[size.length]);
    }

    /**
     * {@code [n, channels, ...]} enlarged by factors, one for each direction.
     *
     * @param input the tensor
     * @param mode how it is computed between pixels
     * @param alignCorners whether the centres of the corner pixels stay in place
     * @param factors one for each direction
     * @return a new tensor
     */
    public static Tensor interpolate(
            Tensor input, Interpolation mode, boolean alignCorners, double... factors) {
        long[] size = new long[factors.length];
        Double[] scales = new Double[factors.length];
        for (int d = 0; d < size.length; d++) {
            size[d] = (long) Math.floor(input.size(input.dim() - size.length + d) * factors[d]);
            scales[d] = factors[d];
        }
        return resized(input, mode, alignCorners, size, scales);
    }

    /**
     * The input's values at points between its pixels.
     *
     * @param input {@code [n, channels, height, width]} or {@code [n, channels, depth, height,
     *     width]}, floating
     * @param grid {@code [n, ..., 2]} or {@code [n, ..., 3]}: the points, from -1 to 1 in each
     *     direction, the last direction first
     * @param mode how a point is computed
     * @param padding what is outside
     * @param alignCorners whether -1 and 1 are the centres of the corner pixels, not their edges
     * @return {@code [n, channels, ...]}, a new tensor of the input's dtype
     * @throws ArgumentException for other shapes, dtypes that differ or are not floating, and for
     *     {@link SampleMode#BICUBIC} of a volume
     */
    public static Tensor gridSample(
            Tensor input,
            Tensor grid,
            SampleMode mode,
            SamplePadding padding,
            boolean alignCorners) {
        int how = mode.ordinal();
        int outside = padding.ordinal();
        return input.dim() == 5
                ? Ops.gridSampler3d(input, grid, how, outside, alignCorners)
                : Ops.gridSampler2d(input, grid, how, outside, alignCorners);
    }

    /**
     * Windows of images as columns; overlapping windows repeat elements, padding gives zeros.
     *
     * @param input {@code [n, channels, height, width]}, or without n, floating or bool
     * @param kernelSize the window, {@code [height, width]}
     * @param dilation distance of the window's elements
     * @param padding zeros on each side
     * @param stride steps of the window
     * @return {@code [n, channels * elements of the window, windows]}, a new tensor
     * @throws ArgumentException for other shapes or dtypes, and where no window fits
     */
    public static Tensor unfold(
            Tensor input, long[] kernelSize, long[] dilation, long[] padding, long... stride) {
        return Ops.im2col(input, kernelSize, dilation, padding, stride);
    }

    /**
     * Columns added up to images, which overlapping windows add to: the gradient of {@link
     * #unfold}.
     *
     * @param input {@code [n, channels * elements of the window, windows]}, or without n, floating
     * @param outputSize height and width of the images
     * @param kernelSize the window, {@code [height, width]}
     * @param dilation distance of the window's elements
     * @param padding zeros on each side, left out of the images
     * @param stride steps of the window
     * @return {@code [n, channels, height, width]}, a new tensor
     * @throws ArgumentException for other shapes or dtypes, and where the windows of such images
     *     are not as many
     */
    public static Tensor fold(
            Tensor input,
            long[] outputSize,
            long[] kernelSize,
            long[] dilation,
            long[] padding,
            long... stride) {
        return Ops.col2im(input, outputSize, kernelSize, dilation, padding, stride);
    }

    private static Tensor resized(
            Tensor x, Interpolation mode, boolean align, long[] size, @Nullable Double[] s) {
        if (size.length < 1 || size.length > 3) {
            throw unknown("interpolate", mode, size);
        }
        return switch (mode) {
            case NEAREST ->
                    switch (size.length) {
                        case 1 -> Ops.upsampleNearest1d(x, size, s[0]);
                        case 2 -> Ops.upsampleNearest2d(x, size, s[0], s[1]);
                        default -> Ops.upsampleNearest3d(x, size, s[0], s[1], s[2]);
                    };
            case NEAREST_EXACT ->
                    switch (size.length) {
                        case 1 -> Ops._upsampleNearestExact1d(x, size, s[0]);
                        case 2 -> Ops._upsampleNearestExact2d(x, size, s[0], s[1]);
                        default -> Ops._upsampleNearestExact3d(x, size, s[0], s[1], s[2]);
                    };
            case LINEAR ->
                    switch (size.length) {
                        case 1 -> Ops.upsampleLinear1d(x, size, align, s[0]);
                        case 2 -> Ops.upsampleBilinear2d(x, size, align, s[0], s[1]);
                        default -> Ops.upsampleTrilinear3d(x, size, align, s[0], s[1], s[2]);
                    };
            case BICUBIC -> {
                if (size.length != 2) {
                    throw unknown("interpolate", mode, size);
                }
                yield Ops.upsampleBicubic2d(x, size, align, s[0], s[1]);
            }
        };
    }

    private static ArgumentException unknown(String name, Enum<?> mode, long[] numbers) {
        return new ArgumentException(
                name
                        + ": no "
                        + mode
                        + " for "
                        + Arrays.toString(numbers)
                        + "; see the mode's text");
    }
}
