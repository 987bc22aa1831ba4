// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.IndexPutAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code self[i0, :, i1 ...]}, read and written. The indexed dimensions become one at the front,
 * along which rows are picked or placed.
 */
@AutoService(OperatorFamily.class)
public final class Index implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(index(), indexPut());
    }

    private static OperatorDefinition index() {
        return OperatorDefinition.of(
                        Schemas.INDEX_TENSOR,
                        m -> {
                            int count = m.inputCount() - 1;
                            AdvancedIndex geometry = AdvancedIndex.infer(m, count);
                            boolean masks = false;
                            for (int i = 1; i <= count; i++) {
                                Tensor index = m.inputOrNull(i);
                                masks |= index != null && !isPositions(index);
                            }
                            m.compute(Places.moves(m.input(0).dtype()));
                            long[] sizes = geometry.resultSizes();
                            if (masks) {
                                m.outputBounded(0, m.input(0).dtype(), sizes);
                            } else {
                                m.output(m.input(0).dtype(), sizes);
                            }
                        })
                .compositeSingle(Places.naming(Index::picked));
    }

    private static boolean isPositions(Tensor index) {
        return index.dtype() == dev.keyway.DType.I64 || index.dtype() == dev.keyway.DType.I32;
    }

    private static Tensor picked(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor self = Inputs.get(inputs, 0);
        try (Temporaries t = new Temporaries()) {
            List<@Nullable Tensor> given = part(inputs, 1, inputs.length);
            List<@Nullable Tensor> positions = AdvancedIndex.positions(c, t, self.dim(), given);
            AdvancedIndex geometry = AdvancedIndex.of(self.sizes(), positions, c::error);
            Tensor rows = t.keep(rows(t, self, geometry));
            Tensor flat = geometry.flatPositions(t, positions);
            Tensor picked = t.keep(rows.indexSelect(0, flat));
            Tensor shaped = t.keep(picked.view(rowShape(geometry)));
            return geometry.arranged(shaped, false);
        }
    }

    private static List<@Nullable Tensor> part(@Nullable Tensor[] inputs, int start, int end) {
        List<@Nullable Tensor> part = new ArrayList<>();
        for (int i = start; i < end; i++) {
            part.add(inputs[i]);
        }
        return part;
    }

    /** {@code [places, rest]}. */
    private static Tensor rows(Temporaries t, Tensor self, AdvancedIndex geometry) {
        long[] rest = geometry.rest();
        long[] shape = new long[rest.length + 1];
        shape[0] = geometry.places();
        System.arraycopy(rest, 0, shape, 1, rest.length);
        return t.keep(self.permute(geometry.order())).reshape(shape);
    }

    /** {@code [broadcast, rest]}. */
    private static long[] rowShape(AdvancedIndex geometry) {
        long[] broadcast = geometry.broadcast();
        long[] rest = geometry.rest();
        long[] shape = Arrays.copyOf(broadcast, broadcast.length + rest.length);
        System.arraycopy(rest, 0, shape, broadcast.length, rest.length);
        return shape;
    }

    private static OperatorDefinition indexPut() {
        return OperatorDefinition.of(
                        Schemas.INDEX_PUT,
                        m -> {
                            int last = m.inputCount() - 1;
                            Places.sameDType(m, last, "values");
                            AdvancedIndex.infer(m, last - 1);
                            m.compute(Places.moves(m.input(0).dtype()));
                            m.outputLike(0, m.input(0).dtype());
                        })
                .compositeSingle(Places.naming(Index::placed));
    }

    private static Tensor placed(CompositeContext c, @Nullable Tensor[] inputs) {
        boolean adds = c.attributes(IndexPutAttributes.class).accumulate();
        Tensor self = Inputs.get(inputs, 0);
        Tensor values = Inputs.get(inputs, inputs.length - 1);
        try (Temporaries t = new Temporaries()) {
            List<@Nullable Tensor> given = part(inputs, 1, inputs.length - 1);
            List<@Nullable Tensor> positions = AdvancedIndex.positions(c, t, self.dim(), given);
            AdvancedIndex geometry = AdvancedIndex.of(self.sizes(), positions, c::error);
            long[] target = geometry.resultSizes();
            checkValues(c, values, target);
            Tensor expanded = t.keep(values.expand(target));
            Tensor arranged = t.keep(geometry.arranged(expanded, true));
            Tensor rows = t.keep(rows(t, self, geometry));
            Tensor flat = geometry.flatPositions(t, positions);
            long[] shape = rows.sizes();
            shape[0] = flat.numel();
            Tensor source = t.keep(arranged.reshape(shape));
            Tensor written =
                    t.keep(adds ? rows.indexAdd(0, flat, source) : rows.indexCopy(0, flat, source));
            long[] order = geometry.order();
            long[] sizes = new long[order.length];
            long[] inverse = new long[order.length];
            for (int d = 0; d < order.length; d++) {
                sizes[d] = self.size((int) order[d]);
                inverse[(int) order[d]] = d;
            }
            Tensor unfolded = t.keep(written.view(sizes));
            return t.keep(unfolded.permute(inverse)).contiguous();
        }
    }

    private static void checkValues(CompositeContext c, Tensor values, long[] target) {
        boolean fits = values.dim() <= target.length;
        for (int d = 1; fits && d <= values.dim(); d++) {
            fits = values.size(-d) == 1 || values.size(-d) == target[target.length - d];
        }
        if (!fits) {
            throw c.error(
                    "argument 'values' with shape "
                            + Arrays.toString(values.sizes())
                            + " does not broadcast to the indexed shape "
                            + Arrays.toString(target));
        }
    }
}
