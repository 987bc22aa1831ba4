// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tensors put together after each got enough dimensions, and along a diagonal. */
@AutoService(OperatorFamily.class)
public final class Stacking implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                stacked(Schemas.HSTACK, sizes -> sizes.length == 0 ? new long[] {1} : sizes, -1),
                stacked(Schemas.VSTACK, Stacking::rows, 0),
                stacked(Schemas.DSTACK, Stacking::depth, 2),
                stacked(Schemas.COLUMN_STACK, Stacking::columns, 1),
                blockDiag());
    }

    private static long[] rows(long[] sizes) {
        return switch (sizes.length) {
            case 0 -> new long[] {1, 1};
            case 1 -> new long[] {1, sizes[0]};
            default -> sizes;
        };
    }

    private static long[] depth(long[] sizes) {
        return switch (sizes.length) {
            case 0 -> new long[] {1, 1, 1};
            case 1 -> new long[] {1, sizes[0], 1};
            case 2 -> new long[] {sizes[0], sizes[1], 1};
            default -> sizes;
        };
    }

    private static long[] columns(long[] sizes) {
        return sizes.length < 2 ? new long[] {sizes.length == 0 ? 1 : sizes[0], 1} : sizes;
    }

    /** Dimension -1: the first of vectors, the second of all others. */
    private static OperatorDefinition stacked(
            OperatorSchema schema, UnaryOperator<long[]> shape, int along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] sizes = shape.apply(m.input(0).sizes()).clone();
                            int dim = along >= 0 ? along : sizes.length == 1 ? 0 : 1;
                            for (int i = 1; i < m.inputCount(); i++) {
                                long[] next = shape.apply(m.input(i).sizes());
                                boolean fits = next.length == sizes.length;
                                for (int d = 0; fits && d < next.length; d++) {
                                    fits = d == dim || next[d] == sizes[d];
                                }
                                if (!fits) {
                                    throw mismatch(m, i, dim);
                                }
                                sizes[dim] += next[dim];
                            }
                            DType dtype = m.promote(null);
                            m.compute(dtype);
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            try (Temporaries t = new Temporaries()) {
                                List<Tensor> parts = new ArrayList<>();
                                for (int i = 0; i < inputs.length; i++) {
                                    Tensor next = Inputs.get(inputs, i);
                                    parts.add(t.keep(next.reshape(shape.apply(next.sizes()))));
                                }
                                int rank = c.outputSizes(0).length;
                                return Ops.cat(parts, along >= 0 ? along : rank == 1 ? 0 : 1);
                            }
                        });
    }

    private static dev.keyway.ArgumentException mismatch(MetaContext m, int input, int dim) {
        return m.error(
                "tensor "
                        + input
                        + " has shape "
                        + Arrays.toString(m.input(input).sizes())
                        + ", which does not match "
                        + Arrays.toString(m.input(0).sizes())
                        + " but in dimension "
                        + dim);
    }

    private static OperatorDefinition blockDiag() {
        return OperatorDefinition.of(
                        Schemas.BLOCK_DIAG,
                        m -> {
                            long rows = 0;
                            long columns = 0;
                            for (int i = 0; i < m.inputCount(); i++) {
                                if (m.input(i).dim() > 2) {
                                    throw m.error(
                                            "tensor "
                                                    + i
                                                    + " has shape "
                                                    + Arrays.toString(m.input(i).sizes())
                                                    + ", expected at most 2 dimensions");
                                }
                                long[] sizes = rows(m.input(i).sizes());
                                rows += sizes[0];
                                columns += sizes[1];
                            }
                            DType dtype = m.promote(null);
                            m.compute(dtype);
                            m.output(dtype, rows, columns);
                        })
                .compositeSingle(Stacking::blocks)
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            long row = 0;
                            long column = 0;
                            for (int i = 0; i < g.inputCount(); i++) {
                                long[] sizes = rows(g.inputSizes(i));
                                if (g.needs(i)) {
                                    try (Tensor band = g.grad().narrow(0, row, sizes[0]);
                                            Tensor block = band.narrow(1, column, sizes[1])) {
                                        g.set(i, block.reshape(g.inputSizes(i)));
                                    }
                                }
                                row += sizes[0];
                                column += sizes[1];
                            }
                        });
    }

    private static Tensor blocks(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor out = Ops.zeros(c.device(), c.outputDType(0), c.outputSizes(0));
        long row = 0;
        long column = 0;
        for (int i = 0; i < inputs.length; i++) {
            Tensor next = Inputs.get(inputs, i);
            long[] sizes = rows(next.sizes());
            try (Tensor band = out.narrow(0, row, sizes[0]);
                    Tensor block = band.narrow(1, column, sizes[1]);
                    Tensor matrix = next.reshape(sizes)) {
                block.copy_(matrix);
            }
            row += sizes[0];
            column += sizes[1];
        }
        return out;
    }
}
