// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.I64;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.function.Function;

/** Pooling, resampling, padding and rearranging of images. */
final class ImagePairs extends PairFamily {
    private static final long[] TWO = {2, 2};
    private static final long[] THREE = {3, 3};
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    ImagePairs() {
        for (long[] sizes : new long[][] {{2, 16, 32, 32}, {8, 64, 112, 112}}) {
            pool(sizes);
            resample(sizes);
            pad(sizes);
            rearrange(sizes);
        }
    }

    private void pool(long... sizes) {
        String shape = " f32 " + shape(sizes);
        long[] half = {sizes[0], sizes[1], sizes[2] / 2, sizes[3] / 2};
        row(
                "max_pool2d 3x3 stride 2" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand out = data.result(F32, half);
                    Operand indices = data.result(I64, half);
                    return data.pair(
                            () -> Ops.maxPool2dWithIndices(x.ours(), THREE, TWO, ONE, ONE, false),
                            "max_pool2d_with_indices_out",
                            x,
                            THREE,
                            TWO,
                            ONE,
                            ONE,
                            false,
                            out,
                            indices);
                });
        row(
                "max_pool2d backward" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand gradient = data.normal(F32, half);
                    var forward = Ops.maxPool2dWithIndices(x.ours(), THREE, TWO, ONE, ONE, false);
                    data.own(forward.out());
                    Operand indices = data.read(forward.indices());
                    Operand out = data.result(F32, sizes);
                    return data.pair(
                            () -> Ops.maxPool2dBackward(gradient.ours(), indices.ours(), sizes),
                            "max_pool2d_with_indices_backward_grad_input",
                            gradient,
                            x,
                            THREE,
                            TWO,
                            ONE,
                            ONE,
                            false,
                            indices,
                            out);
                });
        row(
                "avg_pool2d 2x2" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand out = data.result(F32, half);
                    return data.pair(
                            () -> Ops.avgPool2d(x.ours(), TWO, TWO, NONE),
                            "avg_pool2d_out",
                            x,
                            TWO,
                            TWO,
                            NONE,
                            false,
                            true,
                            null,
                            out);
                });
        for (long side : new long[] {1, 7}) {
            long[] few = {sizes[0], sizes[1], side, side};
            row(
                    "adaptive_avg_pool2d " + side + shape,
                    data -> {
                        Operand x = data.normal(F32, sizes);
                        Operand out = data.result(F32, few);
                        return data.pair(
                                () -> Ops.adaptiveAvgPool2d(x.ours(), side, side),
                                "adaptive_avg_pool2d_out",
                                x,
                                new long[] {side, side},
                                out);
                    });
        }
    }

    private void resample(long... sizes) {
        long[] twice = {2 * sizes[2], 2 * sizes[3]};
        long[] result = {sizes[0], sizes[1] / 2, twice[0], twice[1]};
        long[] source = {sizes[0], sizes[1] / 2, sizes[2], sizes[3]};
        String shape = " f32 " + shape(source);
        row(
                "upsample nearest" + shape,
                data -> {
                    Operand x = data.normal(F32, source);
                    Operand out = data.result(F32, result);
                    return data.pair(
                            () -> Ops.upsampleNearest2d(x.ours(), twice),
                            "upsample_nearest2d_out",
                            x,
                            twice,
                            null,
                            null,
                            out);
                });
        smooth(
                "bilinear",
                shape,
                source,
                twice,
                result,
                x -> Ops.upsampleBilinear2d(x, twice, false));
        smooth(
                "bicubic",
                shape,
                source,
                twice,
                result,
                x -> Ops.upsampleBicubic2d(x, twice, false));
        row(
                "grid_sample" + shape,
                data -> {
                    Operand x = data.normal(F32, source);
                    Operand grid = data.uniform(F32, -1, 1, sizes[0], sizes[2], sizes[3], 2);
                    return data.returning(
                                    1,
                                    () -> Ops.gridSampler2d(x.ours(), grid.ours(), 0, 0, false),
                                    "grid_sampler_2d",
                                    x,
                                    grid,
                                    0,
                                    0,
                                    false)
                            .within(1e-4)
                            .scale(1);
                });
    }

    private void smooth(
            String mode,
            String shape,
            long[] source,
            long[] twice,
            long[] result,
            Function<Tensor, Tensor> ours) {
        row(
                "upsample " + mode + shape,
                data -> {
                    Operand x = data.normal(F32, source);
                    Operand out = data.result(F32, result);
                    return data.pair(
                                    () -> ours.apply(x.ours()),
                                    "upsample_" + mode + "2d_out",
                                    x,
                                    twice,
                                    false,
                                    null,
                                    null,
                                    out)
                            .scale(1);
                });
    }

    private void pad(long... sizes) {
        String shape = " f32 " + shape(sizes);
        long[] by = {2, 2, 2, 2};
        long[] result = {sizes[0], sizes[1], sizes[2] + 4, sizes[3] + 4};
        row(
                "pad constant" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    return data.returning(
                            1,
                            () -> Ops.constantPadNd(x.ours(), by, 1),
                            "constant_pad_nd",
                            x,
                            by,
                            1);
                });
        row(
                "pad reflect" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand out = data.result(F32, result);
                    return data.pair(
                            () -> Ops.reflectionPad2d(x.ours(), by),
                            "reflection_pad2d_out",
                            x,
                            by,
                            out);
                });
        row(
                "pad replicate" + shape,
                data -> {
                    Operand x = data.normal(F32, sizes);
                    Operand out = data.result(F32, result);
                    return data.pair(
                            () -> Ops.replicationPad2d(x.ours(), by),
                            "replication_pad2d_out",
                            x,
                            by,
                            out);
                });
    }

    private void rearrange(long... sizes) {
        row(
                "pixel_shuffle f32 " + shape(sizes),
                data -> {
                    Operand x = data.normal(F32, sizes);
                    return data.returning(
                            1, () -> Ops.pixelShuffle(x.ours(), 2), "pixel_shuffle", x, 2);
                });
        long[] few = {sizes[0], sizes[1] / 4, sizes[2], sizes[3]};
        long[] image = {sizes[2], sizes[3]};
        long[] columns = {sizes[0], sizes[1] / 4 * 9, sizes[2] * sizes[3]};
        row(
                "im2col 3x3 f32 " + shape(few),
                data -> {
                    Operand x = data.normal(F32, few);
                    Operand out = data.result(F32, columns);
                    return data.pair(
                            () -> Ops.im2col(x.ours(), THREE, ONE, ONE, ONE),
                            "im2col_out",
                            x,
                            THREE,
                            ONE,
                            ONE,
                            ONE,
                            out);
                });
        row(
                "col2im 3x3 f32 " + shape(few),
                data -> {
                    Operand x = data.normal(F32, columns);
                    Operand out = data.result(F32, few);
                    return data.pair(
                                    () -> Ops.col2im(x.ours(), image, THREE, ONE, ONE, ONE),
                                    "col2im_out",
                                    x,
                                    image,
                                    THREE,
                                    ONE,
                                    ONE,
                                    ONE,
                                    out)
                            .scale(4);
                });
    }
}
