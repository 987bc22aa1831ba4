// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ModeAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.ScanOp;
import java.util.Arrays;
import java.util.List;

/**
 * The most frequent element along a dimension, of several the smallest, and the last place where it
 * stands.
 */
@AutoService(OperatorFamily.class)
public final class Modes implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(
                                Schemas.MODE,
                                m -> {
                                    ModeAttributes a = m.attributes(ModeAttributes.class);
                                    Tensor self = m.input(0);
                                    int dim = Metas.dim(m, a.dim(), self.dim());
                                    if (Selections.extent(self, dim) == 0) {
                                        throw m.error(
                                                "dimension "
                                                        + dim
                                                        + " of shape "
                                                        + Arrays.toString(self.sizes())
                                                        + " is empty; name one that is not");
                                    }
                                    m.compute(Metas.wide(self.dtype()));
                                    Selections.outputs(m, dim, a.keepdim());
                                })
                        .composite(
                                (c, inputs) -> {
                                    long dim = c.attributes(ModeAttributes.class).dim();
                                    return mode(c, Inputs.get(inputs, 0), dim);
                                })
                        .differentiable(0)
                        .gradient(
                                Saved.outputs(1),
                                g ->
                                        Selections.picked(
                                                g, g.attributes(ModeAttributes.class).dim())));
    }

    /** Sorted, the last element of the longest run; of several runs argmax takes the first. */
    private static Tensor[] mode(CompositeContext c, Tensor self, long dim) {
        Tensor[] sorted = Sorting.sorted(c, self, dim, false);
        try (Tensor values = sorted[0];
                Tensor indices = sorted[1];
                Tensor lengths = lengths(c, values);
                Tensor flat = c.argReduce(ArgReduceOp.ARGMAX, lengths);
                Tensor places = flat.view(flat.size(0), 1, flat.size(1));
                Tensor value = c.gather(values, places);
                Tensor index = c.gather(indices, places)) {
            return AlongDim.both(c, value, index);
        }
    }

    /** How many equal elements stand before each one. */
    private static Tensor lengths(CompositeContext c, Tensor sorted) {
        long n = sorted.size(1);
        try (Tensor range = c.arange(DType.I64, Scalar.ZERO, Scalar.ONE, n);
                Tensor column = range.view(1, n, 1);
                Tensor starts = starts(sorted, n);
                Tensor mask = starts.to(DType.I64);
                Tensor places = mask.mul(column);
                Tensor start = c.scan(ScanOp.MAX, places)) {
            return column.sub(start);
        }
    }

    /** Whether an element differs from the one before; 0 for the first, whose place is 0 anyway. */
    private static Tensor starts(Tensor sorted, long n) {
        try (Tensor first = sorted.narrow(1, 0, 1);
                Tensor same = first.ne(first);
                Tensor later = sorted.narrow(1, Math.min(1, n - 1), n - 1);
                Tensor earlier = sorted.narrow(1, 0, n - 1);
                Tensor differs = later.ne(earlier)) {
            return Ops.cat(List.of(same, differs), 1);
        }
    }
}
