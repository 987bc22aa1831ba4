// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.FlipAttributes;
import dev.keyway.attributes.RollAttributes;
import dev.keyway.attributes.Rot90Attributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same elements in another order. */
@AutoService(OperatorFamily.class)
public final class Rearranging implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(flip(), fliplr(), flipud(), roll(), rot90());
    }

    private static OperatorDefinition flip() {
        return OperatorDefinition.of(
                        Schemas.FLIP,
                        m -> {
                            Tensor self = m.input(0);
                            long[] dims = m.attributes(FlipAttributes.class).dims();
                            if (dims.length > 0) {
                                Metas.dims(m, dims, self.dim());
                            }
                            m.compute(Places.moves(self.dtype()));
                            m.outputLike(0, self.dtype());
                        })
                .compositeSingle(Rearranging::flipped)
                .gradient(
                        Saved.NOTHING,
                        g -> g.set(0, g.grad().flip(g.attributes(FlipAttributes.class).dims())));
    }

    private static Tensor flipped(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor self = Inputs.get(inputs, 0);
        long[] dims = c.attributes(FlipAttributes.class).dims();
        Tensor result = self;
        for (long given : dims) {
            int dim = Metas.wrap(given, self.dim());
            long size = self.dim() == 0 ? 1 : self.size(dim);
            if (size < 2) {
                continue;
            }
            try (Tensor from = Ops.arange(c.device(), DType.I64, size - 1, -1L, -1L)) {
                Tensor next = result.indexSelect(dim, from);
                if (result != self) {
                    result.close();
                }
                result = next;
            }
        }
        return result == self ? self.clone() : result;
    }

    private static void needs(MetaContext m, int dims) {
        if (m.input(0).dim() < dims) {
            throw m.error(
                    "argument 'self' has shape "
                            + Arrays.toString(m.input(0).sizes())
                            + ", expected at least "
                            + dims
                            + (dims == 1 ? " dimension" : " dimensions"));
        }
        m.compute(Places.moves(m.input(0).dtype()));
        m.outputLike(0, m.input(0).dtype());
    }

    private static OperatorDefinition fliplr() {
        return OperatorDefinition.of(Schemas.FLIPLR, m -> needs(m, 2))
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).flip(1));
    }

    private static OperatorDefinition flipud() {
        return OperatorDefinition.of(Schemas.FLIPUD, m -> needs(m, 1))
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).flip(0));
    }

    private static OperatorDefinition roll() {
        return OperatorDefinition.of(
                        Schemas.ROLL,
                        m -> {
                            RollAttributes a = m.attributes(RollAttributes.class);
                            Tensor self = m.input(0);
                            boolean flat = a.dims().length == 0 && a.shifts().length == 1;
                            if (!flat && a.dims().length != a.shifts().length
                                    || a.shifts().length == 0) {
                                throw m.error(
                                        "arguments 'shifts' "
                                                + Arrays.toString(a.shifts())
                                                + " and 'dims' "
                                                + Arrays.toString(a.dims())
                                                + " must be equally long; one shift alone rolls"
                                                + " the flattened tensor");
                            }
                            for (long dim : a.dims()) {
                                Metas.dim(m, dim, self.dim());
                            }
                            m.compute(self.dtype());
                            m.outputLike(0, self.dtype());
                        })
                .compositeSingle(Rearranging::rolled)
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            RollAttributes a = g.attributes(RollAttributes.class);
                            long[] back = Arrays.stream(a.shifts()).map(s -> -s).toArray();
                            g.set(0, g.grad().roll(back, a.dims()));
                        });
    }

    private static Tensor rolled(CompositeContext c, @Nullable Tensor[] inputs) {
        RollAttributes a = c.attributes(RollAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        if (self.numel() == 0 || self.dim() == 0) {
            return self.clone();
        }
        if (a.dims().length == 0) {
            try (Tensor flat = self.reshape(-1L);
                    Tensor rolled = rolled(flat, a.shifts()[0], 0);
                    Tensor shaped = rolled.view(self.sizes())) {
                return shaped.detach();
            }
        }
        Tensor result = self;
        for (int i = 0; i < a.dims().length; i++) {
            Tensor next = rolled(result, a.shifts()[i], Metas.wrap(a.dims()[i], self.dim()));
            if (result != self) {
                result.close();
            }
            result = next;
        }
        return result;
    }

    private static Tensor rolled(Tensor self, long shift, int dim) {
        long size = self.size(dim);
        long start = Math.floorMod(-shift, size);
        if (start == 0) {
            return self.clone();
        }
        try (Tensor front = self.narrow(dim, start, size - start);
                Tensor back = self.narrow(dim, 0, start)) {
            return Ops.cat(List.of(front, back), dim);
        }
    }

    private static OperatorDefinition rot90() {
        return OperatorDefinition.of(
                        Schemas.ROT90,
                        m -> {
                            Rot90Attributes a = m.attributes(Rot90Attributes.class);
                            Tensor self = m.input(0);
                            needs(m, 2);
                            if (a.dims().length != 2) {
                                throw m.error(
                                        "argument 'dims' is "
                                                + Arrays.toString(a.dims())
                                                + ", expected two dimensions");
                            }
                            Metas.dims(m, a.dims(), self.dim());
                            long[] sizes = self.sizes();
                            if (a.k() % 2 != 0) {
                                int first = Metas.wrap(a.dims()[0], sizes.length);
                                int second = Metas.wrap(a.dims()[1], sizes.length);
                                long size = sizes[first];
                                sizes[first] = sizes[second];
                                sizes[second] = size;
                            }
                            m.compute(Places.moves(self.dtype()));
                            m.output(self.dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Rot90Attributes a = c.attributes(Rot90Attributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            long[] dims = a.dims();
                            return switch (Math.floorMod(a.k(), 4)) {
                                case 1 -> turned(self, dims[1], dims);
                                case 2 -> self.flip(dims);
                                case 3 -> turned(self, dims[0], dims);
                                default -> self.clone();
                            };
                        });
    }

    private static Tensor turned(Tensor self, long flipped, long[] dims) {
        try (Tensor flip = self.flip(flipped);
                Tensor turned = flip.transpose(dims[0], dims[1])) {
            return turned.clone();
        }
    }
}
