// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.DiagonalAttributes;
import dev.keyway.attributes.UnfoldAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Views with strides of their own: diagonals and sliding windows. */
@AutoService(OperatorFamily.class)
public final class StridedViews implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(diagonal(), unfold());
    }

    private static OperatorDefinition diagonal() {
        return OperatorDefinition.of(
                        Schemas.DIAGONAL,
                        m -> {
                            DiagonalAttributes a = m.attributes(DiagonalAttributes.class);
                            Tensor self = m.input(0);
                            int first = Metas.dim(m, a.dim1(), self.dim());
                            int second = Metas.dim(m, a.dim2(), self.dim());
                            if (first == second || self.dim() < 2) {
                                throw m.error(
                                        "two different dimensions are needed, got "
                                                + a.dim1()
                                                + " and "
                                                + a.dim2()
                                                + " of shape "
                                                + Arrays.toString(self.sizes()));
                            }
                            long rows = self.size(first);
                            long columns = self.size(second);
                            long skippedRows = Math.max(-a.offset(), 0);
                            long skippedColumns = Math.max(a.offset(), 0);
                            long length =
                                    Math.max(
                                            0,
                                            Math.min(rows - skippedRows, columns - skippedColumns));
                            long start =
                                    length == 0
                                            ? 0
                                            : skippedRows * self.stride(first)
                                                    + skippedColumns * self.stride(second);
                            long[] sizes = moved(self.sizes(), first, second, length);
                            long step = self.stride(first) + self.stride(second);
                            long[] strides = moved(self.strides(), first, second, step);
                            m.alias(0, sizes, strides, self.storageOffset() + start);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            DiagonalAttributes a = g.attributes(DiagonalAttributes.class);
                            Tensor full = Matrix.zeros(g.grad(), g.inputSizes(0));
                            try (Tensor part = full.diagonal(a.offset(), a.dim1(), a.dim2())) {
                                part.copy_(g.grad());
                            }
                            g.set(0, full);
                        });
    }

    /** The values without two of them, and one more at the end. */
    private static long[] moved(long[] values, int first, int second, long last) {
        long[] result = new long[values.length - 1];
        int at = 0;
        for (int d = 0; d < values.length; d++) {
            if (d != first && d != second) {
                result[at++] = values[d];
            }
        }
        result[at] = last;
        return result;
    }

    private static OperatorDefinition unfold() {
        return OperatorDefinition.of(
                        Schemas.UNFOLD,
                        m -> {
                            UnfoldAttributes a = m.attributes(UnfoldAttributes.class);
                            Tensor self = m.input(0);
                            int dim = Metas.dim(m, a.dimension(), self.dim());
                            long extent = self.dim() == 0 ? 1 : self.size(dim);
                            if (a.size() < 0 || a.size() > extent || a.step() <= 0) {
                                throw m.error(
                                        "windows of size "
                                                + a.size()
                                                + " in steps of "
                                                + a.step()
                                                + " don't fit dimension "
                                                + dim
                                                + " of size "
                                                + extent
                                                + "; size must be from 0 to it, step positive");
                            }
                            int n = self.dim();
                            long[] sizes = Arrays.copyOf(self.sizes(), n + 1);
                            long[] strides = Arrays.copyOf(self.strides(), n + 1);
                            sizes[n] = a.size();
                            strides[n] = n == 0 ? 1 : strides[dim];
                            if (n > 0) {
                                sizes[dim] = (extent - a.size()) / a.step() + 1;
                                strides[dim] *= a.step();
                            }
                            m.alias(0, sizes, strides, self.storageOffset());
                        })
                .gradient(Saved.NOTHING, StridedViews::unfoldGradient);
    }

    /** Adds each window's gradient at the places that the window shows. */
    private static void unfoldGradient(GradientContext g) {
        UnfoldAttributes a = g.attributes(UnfoldAttributes.class);
        Tensor grad = g.grad();
        long[] sizes = g.inputSizes(0);
        long numel = Metas.product(sizes);
        try (Tensor all = Ops.arange(grad.device(), DType.I64, 0L, numel);
                Tensor numbered = all.view(sizes);
                Tensor windows = numbered.unfold(a.dimension(), a.size(), a.step());
                Tensor places = windows.reshape(-1L);
                Tensor flat = grad.reshape(-1L);
                Tensor buffer = Matrix.zeros(grad, numel);
                Tensor sums = buffer.scatterAdd(0, places, flat)) {
            g.set(0, sums.reshape(sizes));
        }
    }
}
