// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.EinsumAttributes;
import dev.keyway.attributes.TensordotAttributes;
import dev.keyway.dispatch.operators.Contraction.Labelled;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums of products over labelled dimensions. */
@AutoService(OperatorFamily.class)
public final class Einsum implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(einsum(), tensordot());
    }

    private static OperatorDefinition einsum() {
        return OperatorDefinition.of(
                        Schemas.EINSUM,
                        m -> {
                            List<long[]> shapes = new ArrayList<>();
                            DType dtype = m.input(0).dtype();
                            for (int i = 0; i < m.inputCount(); i++) {
                                shapes.add(m.input(i).sizes());
                                dtype = Matrix.sameDType(m, 0, i);
                            }
                            String equation = m.attributes(EinsumAttributes.class).equation();
                            EinsumEquation parsed = new EinsumEquation(equation, shapes, m::error);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, parsed.resultSizes());
                        })
                .compositeSingle(Einsum::summed);
    }

    private static Tensor summed(CompositeContext c, @Nullable Tensor[] inputs) {
        List<long[]> shapes = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            shapes.add(Inputs.get(inputs, i).sizes());
        }
        String equation = c.attributes(EinsumAttributes.class).equation();
        EinsumEquation parsed = new EinsumEquation(equation, shapes, ArgumentException::new);
        try (Temporaries t = new Temporaries()) {
            List<Labelled> operands = new ArrayList<>();
            for (int i = 0; i < inputs.length; i++) {
                Tensor wide = t.converted(Inputs.get(inputs, i), c.dtype());
                operands.add(diagonals(t, wide, parsed.labels(i)));
            }
            Tensor sum = new Contraction(t).contract(operands, parsed.result());
            return finished(c, sum, inputs.length > 1);
        }
    }

    /** Rounds to the result's dtype, or a handle of its own on the same elements. */
    private static Tensor finished(CompositeContext c, Tensor wide, boolean fresh) {
        DType dtype = c.outputDType(0);
        if (wide.dtype() != dtype) {
            return wide.to(dtype);
        }
        return wide.isContiguous() && fresh ? wide.view(wide.sizes()) : wide.clone();
    }

    /** A repeated label stands for a diagonal. */
    private static Labelled diagonals(Temporaries t, Tensor tensor, List<Integer> labels) {
        List<Integer> rest = new ArrayList<>(labels);
        Tensor result = tensor;
        int d = 0;
        while (d < rest.size()) {
            int label = rest.get(d);
            int twin = rest.lastIndexOf(label);
            if (twin == d) {
                d++;
                continue;
            }
            result = t.keep(result.diagonal(0, d, twin));
            rest.remove(twin);
            rest.remove(d);
            rest.add(label);
        }
        return new Labelled(result, rest);
    }

    private static OperatorDefinition tensordot() {
        return OperatorDefinition.of(
                        Schemas.TENSORDOT,
                        m -> {
                            TensordotAttributes a = m.attributes(TensordotAttributes.class);
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, dotSizes(m, a));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            TensordotAttributes a = c.attributes(TensordotAttributes.class);
                            try (Temporaries t = new Temporaries()) {
                                Tensor x = t.converted(Inputs.get(inputs, 0), c.dtype());
                                Tensor y = t.converted(Inputs.get(inputs, 1), c.dtype());
                                List<Integer> left = numbered(0, x.dim());
                                List<Integer> right = numbered(x.dim(), y.dim());
                                List<Integer> result = new ArrayList<>(left);
                                result.addAll(right);
                                for (int i = 0; i < a.dimsSelf().length; i++) {
                                    Integer label = left.get(Metas.wrap(a.dimsSelf()[i], x.dim()));
                                    int other = Metas.wrap(a.dimsOther()[i], y.dim());
                                    result.remove(label);
                                    result.remove(right.get(other));
                                    right.set(other, label);
                                }
                                List<Labelled> both =
                                        List.of(new Labelled(x, left), new Labelled(y, right));
                                return finished(c, new Contraction(t).contract(both, result), true);
                            }
                        });
    }

    private static List<Integer> numbered(int from, int count) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            labels.add(from + i);
        }
        return labels;
    }

    private static long[] dotSizes(MetaContext m, TensordotAttributes a) {
        Tensor self = m.input(0);
        Tensor other = m.input(1);
        if (a.dimsSelf().length != a.dimsOther().length) {
            throw m.error(
                    "arguments 'dims_self' "
                            + Arrays.toString(a.dimsSelf())
                            + " and 'dims_other' "
                            + Arrays.toString(a.dimsOther())
                            + " must be equally long");
        }
        boolean[] left = named(m, a.dimsSelf(), self.dim());
        boolean[] right = named(m, a.dimsOther(), other.dim());
        for (int i = 0; i < a.dimsSelf().length; i++) {
            long size = self.size(Metas.wrap(a.dimsSelf()[i], self.dim()));
            long others = other.size(Metas.wrap(a.dimsOther()[i], other.dim()));
            if (size != others && size != 1 && others != 1) {
                throw m.error(
                        "dimension "
                                + a.dimsSelf()[i]
                                + " of shape "
                                + Arrays.toString(self.sizes())
                                + " and "
                                + a.dimsOther()[i]
                                + " of shape "
                                + Arrays.toString(other.sizes())
                                + " have sizes "
                                + size
                                + " and "
                                + others);
            }
        }
        List<Long> sizes = new ArrayList<>();
        for (int d = 0; d < left.length; d++) {
            if (!left[d]) {
                sizes.add(self.size(d));
            }
        }
        for (int d = 0; d < right.length; d++) {
            if (!right[d]) {
                sizes.add(other.size(d));
            }
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private static boolean[] named(MetaContext m, long[] dims, int rank) {
        return dims.length == 0 ? new boolean[rank] : Metas.dims(m, dims, rank);
    }
}
