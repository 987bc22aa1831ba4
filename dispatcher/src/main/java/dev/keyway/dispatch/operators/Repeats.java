// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.RepeatAttributes;
import dev.keyway.attributes.RepeatInterleaveSelfIntAttributes;
import dev.keyway.attributes.TileAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Elements several times: an expanded view, then one copy. */
@AutoService(OperatorFamily.class)
public final class Repeats implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(repeat(), tile(), repeatInterleave());
    }

    private static long[] repeated(MetaContext m, long[] sizes, long[] repeats) {
        int lead = repeats.length - sizes.length;
        if (lead < 0) {
            throw m.error(
                    "argument 'repeats' "
                            + Arrays.toString(repeats)
                            + " has fewer entries than shape "
                            + Arrays.toString(sizes)
                            + " has dimensions");
        }
        long[] result = repeats.clone();
        for (int d = 0; d < result.length; d++) {
            if (repeats[d] < 0) {
                throw m.error("negative count in repeats " + Arrays.toString(repeats));
            }
            result[d] *= d < lead ? 1 : sizes[d - lead];
        }
        return result;
    }

    private static OperatorDefinition repeat() {
        return OperatorDefinition.of(
                        Schemas.REPEAT,
                        m -> {
                            long[] repeats = m.attributes(RepeatAttributes.class).repeats();
                            m.compute(m.input(0).dtype());
                            m.output(m.input(0).dtype(), repeated(m, m.input(0).sizes(), repeats));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            long[] repeats = c.attributes(RepeatAttributes.class).repeats();
                            return repeat(Inputs.get(inputs, 0), repeats, c.outputSizes(0));
                        });
    }

    /** Each dimension of n becomes [count, n], the first of which expands. */
    private static Tensor repeat(Tensor self, long[] repeats, long[] sizes) {
        int lead = repeats.length - self.dim();
        long[] single = new long[2 * repeats.length];
        Arrays.fill(single, 1);
        long[] full = single.clone();
        for (int d = 0; d < repeats.length; d++) {
            full[2 * d] = repeats[d];
            if (d >= lead) {
                single[2 * d + 1] = self.size(d - lead);
                full[2 * d + 1] = self.size(d - lead);
            }
        }
        try (Temporaries t = new Temporaries()) {
            Tensor grouped = t.keep(self.reshape(single));
            Tensor expanded = t.keep(grouped.expand(full));
            return t.keep(expanded.clone()).view(sizes);
        }
    }

    /** Missing leading counts are 1. */
    private static long[] padded(long[] dims, int rank) {
        if (dims.length >= rank) {
            return dims;
        }
        long[] result = new long[rank];
        Arrays.fill(result, 1);
        System.arraycopy(dims, 0, result, rank - dims.length, dims.length);
        return result;
    }

    private static OperatorDefinition tile() {
        return OperatorDefinition.of(
                        Schemas.TILE,
                        m -> {
                            long[] dims = m.attributes(TileAttributes.class).dims();
                            Tensor self = m.input(0);
                            m.compute(self.dtype());
                            m.output(
                                    self.dtype(),
                                    repeated(m, self.sizes(), padded(dims, self.dim())));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            long[] dims = c.attributes(TileAttributes.class).dims();
                            Tensor self = Inputs.get(inputs, 0);
                            return self.repeat(padded(dims, self.dim()));
                        });
    }

    private static OperatorDefinition repeatInterleave() {
        return OperatorDefinition.of(
                        Schemas.REPEAT_INTERLEAVE_SELF_INT,
                        m -> {
                            var a = m.attributes(RepeatInterleaveSelfIntAttributes.class);
                            Tensor self = m.input(0);
                            if (a.repeats() < 0) {
                                throw m.error(
                                        "argument 'repeats' is "
                                                + a.repeats()
                                                + ", must not be negative");
                            }
                            Long given = a.dim();
                            m.compute(self.dtype());
                            if (given == null || self.dim() == 0) {
                                if (given != null) {
                                    Metas.dim(m, given, 0);
                                }
                                m.output(self.dtype(), self.numel() * a.repeats());
                                return;
                            }
                            long[] sizes = self.sizes();
                            sizes[Metas.dim(m, given, self.dim())] *= a.repeats();
                            m.output(self.dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(RepeatInterleaveSelfIntAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Long given = a.dim();
                            boolean flat = given == null || self.dim() == 0;
                            try (Temporaries t = new Temporaries()) {
                                Tensor of = flat ? t.keep(self.reshape(-1L)) : self;
                                int dim = given == null || flat ? 0 : Metas.wrap(given, self.dim());
                                Tensor single = t.keep(of.unsqueeze(dim + 1));
                                long[] full = single.sizes();
                                full[dim + 1] = a.repeats();
                                Tensor expanded = t.keep(single.expand(full));
                                return t.keep(expanded.clone()).view(c.outputSizes(0));
                            }
                        });
    }
}
