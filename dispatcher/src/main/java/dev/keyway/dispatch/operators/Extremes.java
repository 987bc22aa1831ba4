// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.ArgmaxAttributes;
import dev.keyway.attributes.ArgminAttributes;
import dev.keyway.attributes.MaxDimAttributes;
import dev.keyway.attributes.MinDimAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ArgReduceOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Positions of extremes, and extremes with their positions. */
@AutoService(OperatorFamily.class)
public final class Extremes implements OperatorFamily {
    private record Along(@Nullable Long dim, boolean keepDim) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                position(
                        Schemas.ARGMAX,
                        ArgReduceOp.ARGMAX,
                        a -> {
                            ArgmaxAttributes given = (ArgmaxAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }),
                position(
                        Schemas.ARGMIN,
                        ArgReduceOp.ARGMIN,
                        a -> {
                            ArgminAttributes given = (ArgminAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }),
                valued(
                        Schemas.MAX_DIM,
                        ArgReduceOp.ARGMAX,
                        a -> {
                            MaxDimAttributes given = (MaxDimAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }),
                valued(
                        Schemas.MIN_DIM,
                        ArgReduceOp.ARGMIN,
                        a -> {
                            MinDimAttributes given = (MinDimAttributes) a;
                            return new Along(given.dim(), given.keepdim());
                        }));
    }

    private static long[] shape(MetaContext m, Along along) {
        Tensor self = m.input(0);
        Long dim = along.dim;
        boolean[] named = Metas.dims(m, dim == null ? new long[0] : new long[] {dim}, self.dim());
        long extent =
                dim == null || self.dim() == 0
                        ? self.numel()
                        : self.size(Metas.wrap(dim, self.dim()));
        if (extent == 0) {
            throw m.error(
                    "no elements to compare in shape "
                            + java.util.Arrays.toString(self.sizes())
                            + "; name a dimension that is not empty");
        }
        return Metas.reduced(self.sizes(), named, along.keepDim);
    }

    /** Truth values are compared as integers. */
    static DType compute(DType dtype) {
        return dtype == DType.BOOL ? DType.I32 : Metas.wide(dtype);
    }

    private static OperatorDefinition position(
            OperatorSchema schema, ArgReduceOp opcode, Function<Attributes, Along> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            if (m.input(0).dtype() == DType.BOOL) {
                                throw m.error("argument 'self' is bool; convert it with to(dtype)");
                            }
                            m.compute(compute(m.input(0).dtype()));
                            m.output(DType.I64, shape(m, along.apply(m.attributes())));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Long dim = along.apply(c.attributes()).dim;
                            try (Tensor wide = AlongDim.as(self, c.dtype());
                                    Tensor canonical =
                                            dim == null
                                                    ? wide.reshape(1, wide.numel(), 1)
                                                    : Canonical.of(
                                                            wide, Metas.wrap(dim, wide.dim()));
                                    Tensor flat = c.argReduce(opcode, canonical)) {
                                return AlongDim.result(flat, DType.I64, c.outputSizes(0));
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition valued(
            OperatorSchema schema, ArgReduceOp opcode, Function<Attributes, Along> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            long[] sizes = shape(m, along.apply(m.attributes()));
                            m.compute(compute(m.input(0).dtype()));
                            m.output(0, m.input(0).dtype(), sizes);
                            m.output(1, DType.I64, sizes);
                        })
                .composite(
                        (c, inputs) ->
                                extreme(
                                        c,
                                        opcode,
                                        Inputs.get(inputs, 0),
                                        dim(along.apply(c.attributes()))))
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g -> Selections.picked(g, dim(along.apply(g.attributes()))));
    }

    private static long dim(Along along) {
        Long dim = along.dim;
        return dim == null ? 0 : dim;
    }

    private static Tensor[] extreme(CompositeContext c, ArgReduceOp opcode, Tensor self, long dim) {
        try (Tensor wide = AlongDim.as(self, c.dtype());
                Tensor canonical = Canonical.of(wide, Metas.wrap(dim, self.dim()));
                Tensor flat = c.argReduce(opcode, canonical);
                Tensor places = flat.view(flat.size(0), 1, flat.size(1));
                Tensor values = c.gather(canonical, places)) {
            return AlongDim.both(c, values, flat);
        }
    }
}
