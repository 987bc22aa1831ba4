// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.Col2imAttributes;
import dev.keyway.attributes.Im2colAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/**
 * {@code im2col} (unfold) lists the windows of an image as columns; {@code col2im} (fold) adds
 * columns up where their windows lie. Each is the other's gradient.
 */
@AutoService(OperatorFamily.class)
public final class Folding implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(unfold(), fold());
    }

    private static Windows windows(
            MetaContext m, long[] kernel, long[] stride, long[] padding, long[] dilation) {
        Checks.list(m, "kernel_size", kernel, 2, 1);
        return new Windows(
                Checks.list(m, "stride", stride, 2, 1),
                Checks.list(m, "padding", padding, 2, 0),
                Checks.list(m, "dilation", dilation, 2, 1));
    }

    private static Windows windows(long[] stride, long[] padding, long[] dilation) {
        return new Windows(
                Windows.each(stride, 2), Windows.each(padding, 2), Windows.each(dilation, 2));
    }

    private static DType dtype(MetaContext m) {
        return m.input(0).dtype() == DType.BOOL ? DType.BOOL : Checks.floating(m, 0, "self");
    }

    private static OperatorDefinition unfold() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.IM2COL,
                                m -> {
                                    var a = m.attributes(Im2colAttributes.class);
                                    Windows w =
                                            windows(
                                                    m,
                                                    a.kernelSize(),
                                                    a.stride(),
                                                    a.padding(),
                                                    a.dilation());
                                    Tensor self = m.input(0);
                                    if (self.dim() != 3 && self.dim() != 4) {
                                        throw Checks.wrongShape(
                                                m, 0, "self", "4 dimensions, or 3 without batch");
                                    }
                                    long[] kernel = Windows.each(a.kernelSize(), 2);
                                    long[] out = extents(w, kernel, self.sizes());
                                    if (out[0] < 1 || out[1] < 1) {
                                        throw m.error(
                                                "kernel "
                                                        + Arrays.toString(kernel)
                                                        + " is larger than the padded input "
                                                        + Arrays.toString(self.sizes()));
                                    }
                                    long rows = self.size(-3) * kernel[0] * kernel[1];
                                    m.compute(dtype(m));
                                    m.output(
                                            0,
                                            dtype(m),
                                            self.dim() == 3
                                                    ? new long[] {rows, out[0] * out[1]}
                                                    : new long[] {
                                                        self.size(0), rows, out[0] * out[1]
                                                    });
                                })
                        .gradient(
                                Saved.NOTHING,
                                g -> {
                                    var a = g.attributes(Im2colAttributes.class);
                                    g.set(
                                            0,
                                            Ops.col2im(
                                                    g.grad(),
                                                    PoolingArguments.spatial(g.inputSizes(0), 2),
                                                    a.kernelSize(),
                                                    a.dilation(),
                                                    a.padding(),
                                                    a.stride()));
                                });
        return definition.compositeSingle((c, inputs) -> unfolded(c, Inputs.get(inputs, 0)));
    }

    private static long[] extents(Windows w, long[] kernel, long[] sizes) {
        return new long[] {
            w.extent(sizes[sizes.length - 2], kernel[0], 0),
            w.extent(sizes[sizes.length - 1], kernel[1], 1)
        };
    }

    private static Tensor unfolded(CompositeContext c, Tensor self) {
        var a = c.attributes(Im2colAttributes.class);
        Windows w = windows(a.stride(), a.padding(), a.dilation());
        long[] kernel = Windows.each(a.kernelSize(), 2);
        long[] out = extents(w, kernel, self.sizes());
        if (self.numel() == 0) {
            return Matrix.zeros(self, c.outputSizes(0));
        }
        try (Tensor images = self.dim() == 4 ? self.view(self.sizes()) : self.unsqueeze(0);
                Tensor padded = w.padded(images, Scalar.ZERO, kernel, out);
                Tensor parts = w.windows(padded, kernel, out);
                Tensor columns = parts.clone();
                Tensor shaped = columns.view(c.outputSizes(0))) {
            return shaped.detach();
        }
    }

    private static OperatorDefinition fold() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.COL2IM,
                                m -> {
                                    var a = m.attributes(Col2imAttributes.class);
                                    m.compute(Metas.wide(dtype(m)));
                                    m.output(0, dtype(m), folded(m, a));
                                })
                        .gradient(
                                Saved.NOTHING,
                                g -> {
                                    var a = g.attributes(Col2imAttributes.class);
                                    g.set(
                                            0,
                                            Ops.im2col(
                                                    g.grad(),
                                                    a.kernelSize(),
                                                    a.dilation(),
                                                    a.padding(),
                                                    a.stride()));
                                });
        return Wide.single(definition, (c, inputs) -> folded(c, Inputs.get(inputs, 0)));
    }

    private static long[] folded(MetaContext m, Col2imAttributes a) {
        Windows w = windows(m, a.kernelSize(), a.stride(), a.padding(), a.dilation());
        long[] size = Checks.list(m, "output_size", a.outputSize(), 2, 1);
        Tensor self = m.input(0);
        if (self.dim() != 2 && self.dim() != 3) {
            throw Checks.wrongShape(m, 0, "self", "3 dimensions, or 2 without batch");
        }
        long[] kernel = Windows.each(a.kernelSize(), 2);
        long taps = kernel[0] * kernel[1];
        long[] out = extents(w, kernel, size);
        if (self.size(-2) % taps != 0 || self.size(-1) != out[0] * out[1] || out[0] < 1) {
            throw Checks.wrongShape(
                    m,
                    0,
                    "self",
                    "rows that are a multiple of "
                            + taps
                            + " and "
                            + Math.max(0, out[0] * out[1])
                            + " columns for output_size "
                            + Arrays.toString(size));
        }
        long channels = self.size(-2) / taps;
        return self.dim() == 2
                ? new long[] {channels, size[0], size[1]}
                : new long[] {self.size(0), channels, size[0], size[1]};
    }

    private static Tensor folded(CompositeContext c, Tensor self) {
        var a = c.attributes(Col2imAttributes.class);
        Windows w = windows(a.stride(), a.padding(), a.dilation());
        long[] kernel = Windows.each(a.kernelSize(), 2);
        long[] size = Windows.each(a.outputSize(), 2);
        long[] out = extents(w, kernel, size);
        long batch = self.dim() == 2 ? 1 : self.size(0);
        long channels = self.size(-2) / (kernel[0] * kernel[1]);
        long[] full = {batch, channels, size[0] + 2 * w.padding()[0], size[1] + 2 * w.padding()[1]};
        try (Tensor sum = Ops.zeros(self.device(), self.dtype(), full);
                Tensor parts =
                        self.reshape(batch, channels, kernel[0], kernel[1], out[0], out[1])) {
            if (self.numel() > 0) {
                w.fold(sum, parts);
            }
            try (Tensor inside = w.inside(sum, size);
                    Tensor dense = inside.clone();
                    Tensor shaped = dense.view(c.outputSizes(0))) {
                return shaped.detach();
            }
        }
    }
}
