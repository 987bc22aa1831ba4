// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AdaptiveAvgPool1dAttributes;
import dev.keyway.attributes.AdaptiveAvgPool2dAttributes;
import dev.keyway.attributes.AdaptiveAvgPool3dAttributes;
import dev.keyway.attributes.AdaptiveMaxPool1dAttributes;
import dev.keyway.attributes.AdaptiveMaxPool2dAttributes;
import dev.keyway.attributes.AdaptiveMaxPool3dAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.List;

/**
 * Adaptive pooling: window i covers {@code floor(i*n/out)} to {@code ceil((i+1)*n/out)} of each
 * direction.
 */
@AutoService(OperatorFamily.class)
public final class AdaptivePooling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                average(Schemas.ADAPTIVE_AVG_POOL1D, 1),
                average(Schemas.ADAPTIVE_AVG_POOL2D, 2),
                average(Schemas.ADAPTIVE_AVG_POOL3D, 3),
                largest(Schemas.ADAPTIVE_MAX_POOL1D, 1),
                largest(Schemas.ADAPTIVE_MAX_POOL2D, 2),
                largest(Schemas.ADAPTIVE_MAX_POOL3D, 3));
    }

    private static long[] size(Attributes given) {
        return switch (given) {
            case AdaptiveAvgPool1dAttributes a -> a.outputSize();
            case AdaptiveAvgPool2dAttributes a -> a.outputSize();
            case AdaptiveAvgPool3dAttributes a -> a.outputSize();
            case AdaptiveMaxPool1dAttributes a -> a.outputSize();
            case AdaptiveMaxPool2dAttributes a -> a.outputSize();
            case AdaptiveMaxPool3dAttributes a -> a.outputSize();
            default -> throw new IllegalArgumentException(given + " is of no pooling");
        };
    }

    private static long[] output(MetaContext m, int rank) {
        Tensor self = m.input(0);
        long[] out = Checks.list(m, "output_size", size(m.attributes()), rank, 0);
        boolean right = self.dim() == rank + 1 || self.dim() == rank + 2;
        for (int d = 1; right && d <= rank; d++) {
            right = self.size(-d) > 0;
        }
        if (!right) {
            throw Checks.wrongShape(
                    m,
                    0,
                    "self",
                    rank
                            + 2
                            + " dimensions, or "
                            + (rank + 1)
                            + " without batch, the last "
                            + rank
                            + " not empty");
        }
        long[] sizes = self.sizes();
        System.arraycopy(out, 0, sizes, sizes.length - rank, rank);
        return sizes;
    }

    private static OperatorDefinition average(OperatorSchema schema, int rank) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] out = output(m, rank);
                            DType dtype = Checks.floating(m, 0, "self");
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, out);
                        });
        return Wide.single(
                definition,
                (c, inputs) -> {
                    Tensor current = Inputs.get(inputs, 0).view(Inputs.get(inputs, 0).sizes());
                    if (Metas.product(c.outputSizes(0)) == 0) {
                        try (Tensor none = current) {
                            return Matrix.zeros(none, c.outputSizes(0));
                        }
                    }
                    for (int d = current.dim() - rank; d < current.dim(); d++) {
                        try (Tensor old = current) {
                            current = means(old, d, c.outputSizes(0)[d]);
                        }
                    }
                    return current;
                });
    }

    /** Windows are products of intervals, so that directions can be averaged one by one. */
    private static Tensor means(Tensor tensor, int dim, long count) {
        List<Tensor> parts = new ArrayList<>();
        try {
            for (long i = 0; i < count; i++) {
                long start = start(i, tensor.size(dim), count);
                long end = end(i, tensor.size(dim), count);
                try (Tensor part = tensor.narrow(dim, start, end - start)) {
                    parts.add(part.mean(dim));
                }
            }
            return Ops.stack(parts, dim);
        } finally {
            parts.forEach(Tensor::close);
        }
    }

    /** Where window i starts. */
    static long start(long i, long size, long count) {
        return i * size / count;
    }

    /** Behind the end of window i. */
    static long end(long i, long size, long count) {
        return ((i + 1) * size + count - 1) / count;
    }

    private static OperatorDefinition largest(OperatorSchema schema, int rank) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                schema,
                                m -> {
                                    long[] out = output(m, rank);
                                    DType dtype = Checks.floating(m, 0, "self");
                                    m.compute(Metas.wide(dtype));
                                    m.output(0, dtype, out);
                                    m.output(1, DType.I64, out);
                                })
                        .differentiable(0)
                        .gradient(Saved.outputs(1), g -> MaxPooling.gradient(g, rank));
        return Wide.several(
                definition,
                (c, inputs) -> {
                    Tensor self = Inputs.get(inputs, 0);
                    long[] out = PoolingArguments.spatial(c.outputSizes(0), rank);
                    long[] size = PoolingArguments.spatial(self.sizes(), rank);
                    long planes = PoolingArguments.planes(self.sizes(), rank);
                    long positions = Metas.product(out);
                    if (positions == 0) {
                        long[] none = c.outputSizes(0);
                        return new Tensor[] {c.empty(c.dtype(), none), c.empty(DType.I64, none)};
                    }
                    long[] members = AdaptiveWindows.members(size, out);
                    long taps = members.length / positions;
                    try (Tensor places =
                                    self.keyway()
                                            .tensor(self.device(), members, 1, taps, positions);
                            Tensor list = places.view(members.length);
                            Tensor flat = self.reshape(planes, Metas.product(size));
                            Tensor picked = flat.indexSelect(1, list);
                            Tensor windows = picked.view(planes, taps, positions)) {
                        return LargestInWindows.pick(c, windows, places);
                    }
                });
    }
}
