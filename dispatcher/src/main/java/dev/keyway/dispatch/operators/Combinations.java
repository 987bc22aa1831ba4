// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.CombinationsAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All tuples of elements of several vectors, and all subsets of one. */
@AutoService(OperatorFamily.class)
public final class Combinations implements OperatorFamily {
    /** Numbers that one list of places may hold. */
    private static final long LARGEST = 1L << 30;

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(cartesian(), combinations());
    }

    private static OperatorDefinition cartesian() {
        return OperatorDefinition.of(
                        Schemas.CARTESIAN_PROD,
                        m -> {
                            long rows = 1;
                            for (int i = 0; i < m.inputCount(); i++) {
                                Tensor next = m.input(i);
                                if (next.dim() != 1) {
                                    throw m.error(
                                            "tensor "
                                                    + i
                                                    + " has shape "
                                                    + Arrays.toString(next.sizes())
                                                    + ", expected one dimension");
                                }
                                if (next.dtype() != m.input(0).dtype()) {
                                    throw m.error(
                                            "tensor "
                                                    + i
                                                    + " has dtype "
                                                    + next.dtype()
                                                    + ", the first "
                                                    + m.input(0).dtype()
                                                    + "; convert one with to(dtype)");
                                }
                                rows = Math.multiplyExact(rows, next.size(0));
                            }
                            int count = m.inputCount();
                            m.compute(m.input(0).dtype());
                            m.output(
                                    m.input(0).dtype(),
                                    count == 1 ? new long[] {rows} : new long[] {rows, count});
                        })
                .compositeSingle(
                        (c, inputs) ->
                                inputs.length == 1
                                        ? Inputs.get(inputs, 0).view(c.outputSizes(0))
                                        : grid(c, inputs));
    }

    /** The vectors along directions of their own, expanded and put side by side in one copy. */
    private static Tensor grid(CompositeContext c, @Nullable Tensor[] inputs) {
        long[] full = new long[inputs.length];
        Arrays.setAll(full, i -> Inputs.get(inputs, i).size(0));
        try (Temporaries t = new Temporaries()) {
            List<Tensor> grids = new ArrayList<>();
            for (int i = 0; i < full.length; i++) {
                long[] own = new long[full.length];
                Arrays.fill(own, 1);
                own[i] = full[i];
                grids.add(t.keep(t.keep(Inputs.get(inputs, i).reshape(own)).expand(full)));
            }
            return t.keep(Ops.stack(grids, -1)).reshape(c.outputSizes(0));
        }
    }

    private static OperatorDefinition combinations() {
        return OperatorDefinition.of(Schemas.COMBINATIONS, Combinations::meta)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(CombinationsAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            long[] sizes = c.outputSizes(0);
                            if (Metas.product(sizes) == 0) {
                                return c.empty(c.outputDType(0), sizes);
                            }
                            long[] places =
                                    places(
                                            self.size(0),
                                            Math.toIntExact(a.r()),
                                            Math.toIntExact(sizes[0]),
                                            a.withReplacement() ? 0 : 1);
                            try (Tensor index =
                                            c.device()
                                                    .keyway()
                                                    .tensor(c.device(), places, places.length);
                                    Tensor chosen = self.indexSelect(0, index)) {
                                return chosen.reshape(sizes);
                            }
                        });
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(CombinationsAttributes.class);
        Tensor self = m.input(0);
        DType dtype = self.dtype();
        if (self.dim() != 1) {
            throw Checks.wrongShape(m, 0, "self", "one dimension");
        }
        if (a.r() < 0) {
            throw m.error("argument 'r' is " + a.r() + ", must not be negative");
        }
        m.compute(dtype);
        if (a.r() == 0) {
            m.output(dtype, 0);
            return;
        }
        long from = a.withReplacement() ? self.size(0) + a.r() - 1 : self.size(0);
        double count = self.size(0) == 0 ? 0 : 1;
        for (long i = 0; i < a.r(); i++) {
            count = count * Math.max(0, from - i) / (i + 1);
        }
        if (count * a.r() > LARGEST) {
            throw m.error(
                    "there are "
                            + count
                            + " combinations of "
                            + a.r()
                            + " of "
                            + self.size(0)
                            + " elements, which is too many for one tensor");
        }
        m.output(dtype, Math.round(count), a.r());
    }

    /** Rising places, or with {@code step} 0 not falling ones, in the order of a dictionary. */
    private static long[] places(long n, int r, int count, int step) {
        long[] all = new long[count * r];
        long[] next = new long[r];
        Arrays.setAll(next, i -> (long) i * step);
        for (int row = 0; row < count; row++) {
            System.arraycopy(next, 0, all, row * r, r);
            int moved = r - 1;
            while (moved >= 0 && next[moved] == n - 1 - (long) (r - 1 - moved) * step) {
                moved--;
            }
            if (moved >= 0) {
                next[moved]++;
                for (int i = moved + 1; i < r; i++) {
                    next[i] = next[i - 1] + step;
                }
            }
        }
        return all;
    }
}
