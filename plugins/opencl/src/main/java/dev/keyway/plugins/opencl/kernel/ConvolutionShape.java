// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;

/** The shape of a two-dimensional convolution, in the order of {@code convolution_any.cl}. */
record ConvolutionShape(
        long images,
        long channels,
        long height,
        long width,
        long outputs,
        long outHeight,
        long outWidth,
        long rows,
        long columns,
        long strideY,
        long strideX,
        long top,
        long left,
        long dilationY,
        long dilationX,
        long groups) {
    static ConvolutionShape forward(Conv2dAttributes a, Tensor out, Tensor input, Tensor weight) {
        return of(input, weight, out, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    static ConvolutionShape backwardInput(
            ConvolutionBackwardInputAttributes a, Tensor out, Tensor grad, Tensor weight) {
        return of(out, weight, grad, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    static ConvolutionShape backwardWeight(
            ConvolutionBackwardWeightAttributes a, Tensor out, Tensor grad, Tensor input) {
        return of(input, out, grad, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    /** One number stands for both directions; an input may come without batch. */
    private static ConvolutionShape of(
            Tensor input,
            Tensor weight,
            Tensor out,
            long[] stride,
            long[] padding,
            long[] dilation,
            long groups) {
        return new ConvolutionShape(
                input.dim() == 4 ? input.size(0) : 1,
                input.size(-3),
                input.size(-2),
                input.size(-1),
                weight.size(0),
                out.size(-2),
                out.size(-1),
                weight.size(2),
                weight.size(3),
                stride[0],
                stride[stride.length - 1],
                padding[0],
                padding[padding.length - 1],
                dilation[0],
                dilation[dilation.length - 1],
                groups);
    }

    /** Whether the kernels over padded planes serve it. */
    boolean isDense() {
        return strideY == 1 && strideX == 1 && groups == 1;
    }

    /** The convolution of the gradient with the turned window that gives the input's gradient. */
    ConvolutionShape turned() {
        return new ConvolutionShape(
                images,
                outputs,
                outHeight,
                outWidth,
                channels,
                height,
                width,
                rows,
                columns,
                1,
                1,
                (rows - 1) * dilationY - top,
                (columns - 1) * dilationX - left,
                dilationY,
                dilationX,
                1);
    }

    /** Rows of a padded plane: as many as the window touches. */
    long paddedHeight() {
        return outHeight + (rows - 1) * dilationY;
    }

    /** Elements of a row of a padded plane. */
    long paddedWidth() {
        return outWidth + (columns - 1) * dilationX;
    }

    long[] members() {
        return new long[] {
            images, channels, height, width, outputs, outHeight, outWidth, rows, columns, strideY,
            strideX, top, left, dilationY, dilationX, groups
        };
    }
}
