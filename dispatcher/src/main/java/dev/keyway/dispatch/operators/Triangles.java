// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.DiagAttributes;
import dev.keyway.attributes.DiagEmbedAttributes;
import dev.keyway.attributes.TrilAttributes;
import dev.keyway.attributes.TriuAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Triangles of matrices, and matrices from their diagonals. */
@AutoService(OperatorFamily.class)
public final class Triangles implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(tril(), triu(), diag(), diagEmbed());
    }

    private static void matrices(MetaContext m) {
        if (m.input(0).dim() < 2) {
            throw m.error(
                    "argument 'self' has shape "
                            + Arrays.toString(m.input(0).sizes())
                            + ", expected matrices of at least 2 dimensions");
        }
        m.compute(Places.moves(m.input(0).dtype()));
        m.outputLike(0, m.input(0).dtype());
    }

    private static OperatorDefinition tril() {
        return OperatorDefinition.of(Schemas.TRIL, Triangles::matrices)
                .compositeSingle(
                        (c, inputs) ->
                                triangle(
                                        Inputs.get(inputs, 0),
                                        c.attributes(TrilAttributes.class).diagonal(),
                                        true))
                .gradient(
                        Saved.NOTHING,
                        g ->
                                g.set(
                                        0,
                                        g.grad()
                                                .tril(
                                                        g.attributes(TrilAttributes.class)
                                                                .diagonal())));
    }

    private static OperatorDefinition triu() {
        return OperatorDefinition.of(Schemas.TRIU, Triangles::matrices)
                .compositeSingle(
                        (c, inputs) ->
                                triangle(
                                        Inputs.get(inputs, 0),
                                        c.attributes(TriuAttributes.class).diagonal(),
                                        false))
                .gradient(
                        Saved.NOTHING,
                        g ->
                                g.set(
                                        0,
                                        g.grad()
                                                .triu(
                                                        g.attributes(TriuAttributes.class)
                                                                .diagonal())));
    }

    /** Keeps what lies on one side of the diagonal, with it; zero elsewhere, whatever was there. */
    private static Tensor triangle(Tensor self, long diagonal, boolean lower) {
        long rows = self.size(-2);
        long columns = self.size(-1);
        long bound = Math.max(-rows, Math.min(columns, diagonal));
        try (Temporaries t = new Temporaries()) {
            Tensor all = t.keep(Ops.arange(self.device(), DType.I64, 0L, rows));
            Tensor row = t.keep(t.keep(all.unsqueeze(1)).add(bound));
            Tensor column = t.keep(Ops.arange(self.device(), DType.I64, 0L, columns));
            Tensor kept = t.keep(lower ? column.le(row) : column.ge(row));
            return Ops.where(kept, self, t.keep(Ops.zeros(self.device(), self.dtype())));
        }
    }

    private static OperatorDefinition diagEmbed() {
        return OperatorDefinition.of(
                        Schemas.DIAG_EMBED,
                        m -> {
                            DiagEmbedAttributes a = m.attributes(DiagEmbedAttributes.class);
                            Tensor self = m.input(0);
                            int rank = self.dim() + 1;
                            int first = Metas.dim(m, a.dim1(), rank);
                            int second = Metas.dim(m, a.dim2(), rank);
                            if (first == second || self.dim() == 0) {
                                throw m.error(
                                        "two different dimensions are needed, got "
                                                + a.dim1()
                                                + " and "
                                                + a.dim2()
                                                + " for shape "
                                                + Arrays.toString(self.sizes()));
                            }
                            m.compute(self.dtype());
                            m.output(self.dtype(), embedded(self, first, second, a.offset()));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            DiagEmbedAttributes a = c.attributes(DiagEmbedAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor full = Ops.zeros(c.device(), self.dtype(), c.outputSizes(0));
                            try (Tensor part = full.diagonal(a.offset(), a.dim1(), a.dim2())) {
                                part.copy_(self);
                            }
                            return full;
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            DiagEmbedAttributes a = g.attributes(DiagEmbedAttributes.class);
                            g.set(0, g.grad().diagonal(a.offset(), a.dim1(), a.dim2()));
                        });
    }

    private static long[] embedded(Tensor self, int first, int second, long offset) {
        long[] sizes = new long[self.dim() + 1];
        int next = 0;
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] =
                    d == first || d == second
                            ? self.size(-1) + Math.abs(offset)
                            : self.size(next++);
        }
        return sizes;
    }

    private static OperatorDefinition diag() {
        return OperatorDefinition.of(
                        Schemas.DIAG,
                        m -> {
                            Tensor self = m.input(0);
                            long diagonal = m.attributes(DiagAttributes.class).diagonal();
                            m.compute(self.dtype());
                            if (self.dim() == 1) {
                                m.output(self.dtype(), embedded(self, 0, 1, diagonal));
                            } else if (self.dim() == 2) {
                                long rows = self.size(0) - Math.max(-diagonal, 0);
                                long columns = self.size(1) - Math.max(diagonal, 0);
                                m.output(self.dtype(), Math.max(0, Math.min(rows, columns)));
                            } else {
                                throw m.error(
                                        "argument 'self' has shape "
                                                + Arrays.toString(self.sizes())
                                                + ", expected a vector or a matrix; diagonal and"
                                                + " diag_embed take more dimensions");
                            }
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long diagonal = c.attributes(DiagAttributes.class).diagonal();
                            if (self.dim() == 1) {
                                return self.diagEmbed(diagonal);
                            }
                            try (Tensor view = self.diagonal(diagonal)) {
                                return view.clone();
                            }
                        });
    }
}
