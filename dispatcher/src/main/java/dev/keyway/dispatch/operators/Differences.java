// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.DiffAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Differences of neighbours along a dimension; of truth values whether they differ. */
@AutoService(OperatorFamily.class)
public final class Differences implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(Schemas.DIFF, Differences::meta)
                        .compositeSingle(
                                (c, inputs) -> {
                                    DiffAttributes a = c.attributes(DiffAttributes.class);
                                    Tensor self = Inputs.get(inputs, 0);
                                    int dim = Metas.wrap(a.dim(), self.dim());
                                    return differences(joined(inputs, dim), a.n(), dim);
                                }));
    }

    private static void meta(MetaContext m) {
        DiffAttributes a = m.attributes(DiffAttributes.class);
        Tensor self = m.input(0);
        if (self.dim() == 0) {
            throw m.error("argument 'self' has no dimension; expected at least one");
        }
        if (a.n() < 0) {
            throw m.error("argument 'n' is " + a.n() + ", expected 0 or more");
        }
        int dim = Metas.dim(m, a.dim(), self.dim());
        long[] sizes = self.sizes();
        DType dtype = m.promote(null);
        for (int i = 1; i < m.inputCount(); i++) {
            Tensor end = m.inputOrNull(i);
            if (end != null) {
                sizes[dim] += fits(m, self, end, dim, i == 1 ? "prepend" : "append");
            }
        }
        if (a.n() > 0) {
            sizes[dim] = Math.max(0, sizes[dim] - a.n());
        }
        m.compute(Metas.wide(dtype));
        m.output(dtype, sizes);
    }

    private static long fits(MetaContext m, Tensor self, Tensor end, int dim, String name) {
        long[] expected = self.sizes();
        boolean same = end.dim() == self.dim();
        if (same) {
            expected[dim] = end.size(dim);
        }
        if (!same || !Arrays.equals(expected, end.sizes())) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(end.sizes())
                            + ", expected that of 'self', "
                            + Arrays.toString(self.sizes())
                            + ", but for dimension "
                            + dim);
        }
        return end.size(dim);
    }

    /** A handle of its own. */
    private static Tensor joined(@Nullable Tensor[] inputs, int dim) {
        Tensor self = Inputs.get(inputs, 0);
        List<Tensor> parts = new ArrayList<>();
        for (int i : new int[] {1, 0, 2}) {
            Tensor part = i < inputs.length ? inputs[i] : null;
            if (part != null) {
                parts.add(part);
            }
        }
        return parts.size() == 1 ? self.view(self.sizes()) : Ops.cat(parts, dim);
    }

    /** Closes what it is given. */
    private static Tensor differences(Tensor joined, long n, int dim) {
        if (n == 0) {
            try (joined) {
                return joined.clone();
            }
        }
        Tensor result = joined;
        long size = joined.size(dim);
        for (long i = 0; i < Math.min(n, Math.max(size, 1)); i++) {
            long left = Math.max(0, result.size(dim) - 1);
            try (Tensor whole = result;
                    Tensor later = whole.narrow(dim, Math.min(1, whole.size(dim)), left);
                    Tensor earlier = whole.narrow(dim, 0, left)) {
                result =
                        later.dtype() == DType.BOOL
                                ? later.bitwiseXor(earlier)
                                : later.sub(earlier);
            }
        }
        return result;
    }
}
