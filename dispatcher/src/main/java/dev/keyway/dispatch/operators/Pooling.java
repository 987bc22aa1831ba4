// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AdaptiveAvgPool2dAttributes;
import dev.keyway.attributes.AvgPool2dAttributes;
import dev.keyway.attributes.MaxPool2dAttributes;
import dev.keyway.attributes.MaxPool2dBackwardAttributes;
import dev.keyway.attributes.MaxPool2dWithIndicesAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ArgReduceOp;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two-dimensional pooling of {@code [n, c, h, w]}. */
@AutoService(OperatorFamily.class)
public final class Pooling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(maxWithIndices(), max(), maxBackward(), average(), adaptiveAverage());
    }

    private static Windows windows(long[] kernel, long[] stride, long[] padding) {
        long[] steps = stride.length == 0 ? kernel : stride;
        return new Windows(Windows.pair(steps), Windows.pair(padding), new long[] {1, 1}, 1);
    }

    private static long[] shape(MetaContext m, Windows windows, long[] kernel) {
        Tensor self = m.input(0);
        if (self.dim() != 4) {
            throw m.error(
                    "argument 'self' has shape "
                            + Arrays.toString(self.sizes())
                            + ", expected 4 dimensions");
        }
        Windows.positive(m, "kernel_size", kernel, 1);
        Windows.positive(m, "stride", windows.stride(), 1);
        Windows.positive(m, "padding", windows.padding(), 0);
        if (windows.padding()[0] * 2 > kernel[0] || windows.padding()[1] * 2 > kernel[1]) {
            throw m.error(
                    "padding "
                            + Arrays.toString(windows.padding())
                            + " exceeds half of the kernel "
                            + Arrays.toString(kernel));
        }
        long[] out = {
            self.size(0),
            self.size(1),
            windows.extent(self.size(2), kernel[0], 0),
            windows.extent(self.size(3), kernel[1], 1)
        };
        if (out[2] < 1 || out[3] < 1) {
            throw m.error(
                    "kernel "
                            + Arrays.toString(kernel)
                            + " is larger than the padded input "
                            + Arrays.toString(self.sizes()));
        }
        return out;
    }

    private static OperatorDefinition maxWithIndices() {
        return OperatorDefinition.of(
                        Schemas.MAX_POOL2D_WITH_INDICES,
                        m -> {
                            var a = m.attributes(MaxPool2dWithIndicesAttributes.class);
                            Windows windows = windows(a.kernelSize(), a.stride(), a.padding());
                            DType dtype = m.input(0).dtype();
                            long[] out = shape(m, windows, Windows.pair(a.kernelSize()));
                            m.compute(dtype == DType.BOOL ? DType.I32 : Metas.wide(dtype));
                            m.output(0, dtype, out);
                            m.output(1, DType.I64, out);
                        })
                .composite(Pooling::largest)
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g ->
                                g.set(
                                        0,
                                        Ops.maxPool2dBackward(
                                                g.grad(), g.output(1), g.inputSizes(0))));
    }

    private static Scalar lowest(DType dtype) {
        return switch (dtype) {
            case F32, F64, F16, BF16 -> Scalar.of(Double.NEGATIVE_INFINITY);
            case I64 -> Scalar.of(Long.MIN_VALUE);
            default -> Scalar.of((long) Integer.MIN_VALUE);
        };
    }

    private static Tensor[] largest(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(MaxPool2dWithIndicesAttributes.class);
        long[] kernel = Windows.pair(a.kernelSize());
        Windows windows = windows(a.kernelSize(), a.stride(), a.padding());
        Tensor self = Inputs.get(inputs, 0);
        long[] out = c.outputSizes(0);
        long planes = out[0] * out[1];
        long positions = out[2] * out[3];
        Tensor wide = self.to(c.dtype());
        try (Tensor padded = windows.padded(wide, lowest(c.dtype()));
                Tensor parts = windows.windows(padded, kernel[0], kernel[1], out[2], out[3]);
                Tensor flat = parts.reshape(planes, kernel[0] * kernel[1], positions);
                Tensor best = c.argReduce(ArgReduceOp.ARGMAX, flat);
                Tensor index = best.view(planes, 1, positions);
                Tensor values = c.gather(flat, index);
                Tensor narrow = values.to(self.dtype());
                Tensor shaped = narrow.view(out);
                Tensor source = sources(windows, self, kernel, out);
                Tensor every = source.expand(planes, kernel[0] * kernel[1], positions);
                Tensor origin = c.gather(every, index);
                Tensor indices = origin.view(out)) {
            return new Tensor[] {shaped.detach(), indices.detach()};
        } finally {
            if (wide != self) {
                wide.close();
            }
        }
    }

    /** For each kernel place and window the flat position in the unpadded plane. */
    private static Tensor sources(Windows windows, Tensor self, long[] kernel, long[] out) {
        long height = self.size(2);
        long width = self.size(3);
        try (Tensor rows = Ops.arange(self.device(), DType.I64, 0L, height);
                Tensor scaled = rows.mul(width);
                Tensor column = scaled.view(height, 1);
                Tensor columns = Ops.arange(self.device(), DType.I64, 0L, width);
                Tensor plane = column.add(columns);
                Tensor shaped = plane.view(1, 1, height, width);
                Tensor padded = windows.padded(shaped, Scalar.ZERO);
                Tensor parts = windows.windows(padded, kernel[0], kernel[1], out[2], out[3])) {
            return parts.reshape(1, kernel[0] * kernel[1], out[2] * out[3]);
        }
    }

    private static OperatorDefinition max() {
        return OperatorDefinition.of(
                        Schemas.MAX_POOL2D,
                        m -> {
                            var a = m.attributes(MaxPool2dAttributes.class);
                            Windows windows = windows(a.kernelSize(), a.stride(), a.padding());
                            DType dtype = m.input(0).dtype();
                            m.compute(dtype == DType.BOOL ? DType.I32 : Metas.wide(dtype));
                            m.output(dtype, shape(m, windows, Windows.pair(a.kernelSize())));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(MaxPool2dAttributes.class);
                            var both =
                                    Ops.maxPool2dWithIndices(
                                            Inputs.get(inputs, 0),
                                            a.kernelSize(),
                                            a.stride(),
                                            a.padding());
                            both.indices().close();
                            return both.out();
                        });
    }

    private static OperatorDefinition maxBackward() {
        return OperatorDefinition.of(
                        Schemas.MAX_POOL2D_BACKWARD,
                        m -> {
                            Metas.index(m, 1, "indices");
                            m.compute(Metas.wide(m.input(0).dtype()));
                            m.output(
                                    m.input(0).dtype(),
                                    m.attributes(MaxPool2dBackwardAttributes.class).inputSize());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            long[] size = c.outputSizes(0);
                            long planes = size[0] * size[1];
                            Tensor grad = Inputs.get(inputs, 0);
                            if (planes == 0 || grad.numel() == 0) {
                                return Matrix.zeros(grad, size);
                            }
                            long positions = grad.numel() / planes;
                            try (Tensor zero = Matrix.zeros(grad, planes, size[2] * size[3]);
                                    Tensor index =
                                            Inputs.get(inputs, 1).reshape(planes, positions);
                                    Tensor source = grad.reshape(planes, positions);
                                    Tensor sum = zero.scatterAdd(1, index, source)) {
                                return sum.reshape(size);
                            }
                        })
                .gradient(
                        Saved.inputs(1),
                        g -> {
                            long[] size = g.inputSizes(0);
                            long planes = size[0] * size[1];
                            long positions = size[2] * size[3];
                            try (Tensor flat = g.grad().reshape(planes, -1L);
                                    Tensor index = g.input(1).reshape(planes, positions);
                                    Tensor picked = flat.gather(1, index)) {
                                g.set(0, picked.reshape(size));
                            }
                        });
    }

    private static OperatorDefinition average() {
        return OperatorDefinition.of(
                        Schemas.AVG_POOL2D,
                        m -> {
                            var a = m.attributes(AvgPool2dAttributes.class);
                            Windows windows = windows(a.kernelSize(), a.stride(), a.padding());
                            DType dtype = m.input(0).dtype();
                            if (!dtype.isFloating()) {
                                throw m.error("dtype " + dtype + " is not floating; use to(dtype)");
                            }
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, shape(m, windows, Windows.pair(a.kernelSize())));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(AvgPool2dAttributes.class);
                            long[] kernel = Windows.pair(a.kernelSize());
                            Windows windows = windows(a.kernelSize(), a.stride(), a.padding());
                            long[] out = c.outputSizes(0);
                            try (Tensor padded =
                                            windows.padded(Inputs.get(inputs, 0), Scalar.ZERO);
                                    Tensor parts =
                                            windows.windows(
                                                    padded, kernel[0], kernel[1], out[2], out[3])) {
                                return parts.mean(2, 3);
                            }
                        });
    }

    private static OperatorDefinition adaptiveAverage() {
        return OperatorDefinition.of(
                        Schemas.ADAPTIVE_AVG_POOL2D,
                        m -> {
                            Tensor self = m.input(0);
                            long[] out =
                                    Windows.pair(
                                            m.attributes(AdaptiveAvgPool2dAttributes.class)
                                                    .outputSize());
                            Windows.positive(m, "output_size", out, 1);
                            if (self.dim() != 4 || self.size(2) == 0 || self.size(3) == 0) {
                                throw m.error(
                                        "argument 'self' has shape "
                                                + Arrays.toString(self.sizes())
                                                + ", expected 4 dimensions, the last two not"
                                                + " empty");
                            }
                            if (!self.dtype().isFloating()) {
                                throw m.error(
                                        "dtype "
                                                + self.dtype()
                                                + " is not floating; use to(dtype)");
                            }
                            m.compute(Metas.wide(self.dtype()));
                            m.output(self.dtype(), self.size(0), self.size(1), out[0], out[1]);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                AdaptivePooling.average(Inputs.get(inputs, 0), c.outputSizes(0)));
    }
}
