// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolution in three directions: for each depth of the kernel one in two, over images of all
 * depths at once, so that nothing is unfolded.
 */
final class ConvolutionVolume {
    private ConvolutionVolume() {}

    private static long[] plane(long[] list) {
        return new long[] {list[1], list[2]};
    }

    static Tensor forward(@Nullable Tensor[] inputs, ConvolutionArguments a, long[] out) {
        Tensor input = Inputs.get(inputs, 0);
        Tensor weight = Inputs.get(inputs, 1);
        boolean batched = input.dim() == 5;
        long depth = out[out.length - 3];
        long border = a.padding()[0];
        try (Tensor volume = batched ? input.view(input.sizes()) : input.unsqueeze(0);
                Tensor padded = Ops.constantPadNd(volume, 0, 0, 0, 0, border, border)) {
            Tensor sum = null;
            for (long tap = 0; tap < weight.size(2); tap++) {
                long start = tap * a.dilation()[0];
                long end = start + (depth - 1) * a.stride()[0] + 1;
                try (Tensor slice = padded.slice(2, start, end, a.stride()[0]);
                        Tensor images = images(slice);
                        Tensor kernel = weight.select(2, tap)) {
                    Tensor part =
                            Ops.conv2d(
                                    images,
                                    kernel,
                                    tap == 0 ? inputs[2] : null,
                                    plane(a.stride()),
                                    plane(a.padding()),
                                    plane(a.dilation()),
                                    a.groups());
                    sum = plus(sum, part);
                }
            }
            if (sum == null) {
                throw new IllegalStateException("a kernel of depth 0");
            }
            try (Tensor images = sum;
                    Tensor result = volume(images, volume.size(0))) {
                return result.reshape(out);
            }
        }
    }

    private static Tensor plus(@Nullable Tensor sum, Tensor part) {
        if (sum == null) {
            return part;
        }
        try (sum;
                part) {
            return sum.add(part);
        }
    }

    /** {@code [n, c, d, h, w]} as {@code [n d, c, h, w]}. */
    private static Tensor images(Tensor volume) {
        try (Tensor turned = volume.permute(0, 2, 1, 3, 4)) {
            return turned.reshape(
                    volume.size(0) * volume.size(2),
                    volume.size(1),
                    volume.size(3),
                    volume.size(4));
        }
    }

    /** Back. */
    private static Tensor volume(Tensor images, long batch) {
        long depth = batch == 0 ? 0 : images.size(0) / batch;
        try (Tensor split =
                images.reshape(batch, depth, images.size(1), images.size(2), images.size(3))) {
            return split.permute(0, 2, 1, 3, 4);
        }
    }

    static Tensor transposed(@Nullable Tensor[] inputs, ConvolutionArguments a, long[] out) {
        Tensor input = Inputs.get(inputs, 0);
        Tensor weight = Inputs.get(inputs, 1);
        Tensor bias = inputs[2];
        boolean batched = input.dim() == 5;
        try (Tensor volume = batched ? input.view(input.sizes()) : input.unsqueeze(0);
                Tensor images = images(volume)) {
            Tensor sum = empty(volume, weight, a, out);
            for (long tap = 0; tap < weight.size(2); tap++) {
                long first = tap * a.dilation()[0];
                long step = a.stride()[0];
                try (Tensor kernel = weight.select(2, tap);
                        Tensor planes = planes(images, kernel, a);
                        Tensor part = volume(planes, volume.size(0));
                        Tensor places =
                                Ops.arange(
                                        input.device(),
                                        DType.I64,
                                        first,
                                        first + step * volume.size(2),
                                        step);
                        Tensor old = sum) {
                    sum = old.indexAdd(2, places, part);
                }
            }
            try (Tensor all = sum;
                    Tensor inside = all.narrow(2, a.padding()[0], out[out.length - 3]);
                    Tensor shaped = inside.reshape(out)) {
                if (bias == null) {
                    return shaped.view(out);
                }
                try (Tensor column = bias.reshape(bias.size(0), 1, 1, 1)) {
                    return shaped.add(column);
                }
            }
        }
    }

    private static Tensor planes(Tensor images, Tensor kernel, ConvolutionArguments a) {
        return Ops.convTranspose2d(
                images,
                kernel,
                null,
                plane(a.stride()),
                plane(a.padding()),
                plane(a.outputPadding()),
                a.groups(),
                plane(a.dilation()));
    }

    /** Zeros for the result with the depth's padding still on. */
    private static Tensor empty(Tensor volume, Tensor weight, ConvolutionArguments a, long[] out) {
        long reach = (volume.size(2) - 1) * a.stride()[0] + a.windows().reach(weight.size(2), 0);
        long[] sizes = new long[5];
        sizes[0] = volume.size(0);
        System.arraycopy(out, out.length - 4, sizes, 1, 4);
        sizes[2] = Math.max(reach, a.padding()[0] + sizes[2]);
        return Ops.zeros(volume.device(), volume.dtype(), Arrays.copyOf(sizes, 5));
    }
}
