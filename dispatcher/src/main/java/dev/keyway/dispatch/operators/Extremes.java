// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.ArgmaxAttributes;
import dev.keyway.attributes.ArgminAttributes;
import dev.keyway.attributes.MaxDimAttributes;
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

/** Positions of extremes. */
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
                max());
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

    private static DType compute(DType dtype) {
        return dtype == DType.BOOL ? DType.I32 : Metas.wide(dtype);
    }

    private static Tensor positions(
            CompositeContext c, ArgReduceOp opcode, Tensor self, @Nullable Long dim, long[] sizes) {
        Tensor wide = self.to(compute(self.dtype()));
        try (Tensor canonical =
                        dim == null
                                ? wide.reshape(1, wide.numel(), 1)
                                : Canonical.of(wide, Metas.wrap(dim, wide.dim()));
                Tensor flat = c.argReduce(opcode, canonical);
                Tensor shaped = flat.view(sizes)) {
            return shaped.detach();
        } finally {
            if (wide != self) {
                wide.close();
            }
        }
    }

    private static OperatorDefinition position(
            OperatorSchema schema,
            ArgReduceOp opcode,
            Function<dev.keyway.Attributes, Along> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            m.compute(compute(m.input(0).dtype()));
                            m.output(DType.I64, shape(m, along.apply(m.attributes())));
                        })
                .compositeSingle(
                        (c, inputs) ->
                                positions(
                                        c,
                                        opcode,
                                        Inputs.get(inputs, 0),
                                        along.apply(c.attributes()).dim,
                                        c.outputSizes(0)))
                .notDifferentiable();
    }

    private static OperatorDefinition max() {
        return OperatorDefinition.of(
                        Schemas.MAX_DIM,
                        m -> {
                            MaxDimAttributes a = m.attributes(MaxDimAttributes.class);
                            long[] sizes = shape(m, new Along(a.dim(), a.keepdim()));
                            m.compute(compute(m.input(0).dtype()));
                            m.output(0, m.input(0).dtype(), sizes);
                            m.output(1, DType.I64, sizes);
                        })
                .composite(
                        (c, inputs) -> {
                            MaxDimAttributes a = c.attributes(MaxDimAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            long[] sizes = c.outputSizes(0);
                            Tensor indices = positions(c, ArgReduceOp.ARGMAX, self, a.dim(), sizes);
                            if (self.dim() == 0) {
                                return new Tensor[] {self.clone(), indices};
                            }
                            int dim = Metas.wrap(a.dim(), self.dim());
                            long[] kept = self.sizes();
                            kept[dim] = 1;
                            try (Tensor index = indices.view(kept);
                                    Tensor values = self.gather(dim, index);
                                    Tensor shaped = values.view(sizes)) {
                                return new Tensor[] {shaped.detach(), indices};
                            }
                        })
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g -> {
                            long[] sizes = g.inputSizes(0);
                            if (sizes.length == 0) {
                                g.set(0, g.grad());
                                return;
                            }
                            int dim =
                                    Metas.wrap(
                                            g.attributes(MaxDimAttributes.class).dim(),
                                            sizes.length);
                            long[] kept = sizes.clone();
                            kept[dim] = 1;
                            Tensor grad = g.grad();
                            try (Tensor zero = Ops.zeros(grad.device(), grad.dtype(), sizes);
                                    Tensor index = g.output(1).reshape(kept);
                                    Tensor source = grad.reshape(kept)) {
                                g.set(0, zero.scatterAdd(dim, index, source));
                            }
                        });
    }
}
