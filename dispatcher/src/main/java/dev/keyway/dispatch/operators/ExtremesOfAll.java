// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AminmaxAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.BinaryOp;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Other names and combinations of {@code amax}, {@code amin}, {@code maximum}, {@code minimum}. */
@AutoService(OperatorFamily.class)
public final class ExtremesOfAll implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                ofAll(Schemas.MAX, true),
                ofAll(Schemas.MIN, false),
                ofTwo(Schemas.MAX_OTHER, BinaryOp.MAXIMUM),
                ofTwo(Schemas.MIN_OTHER, BinaryOp.MINIMUM),
                both());
    }

    private static void some(MetaContext m, long extent) {
        if (extent == 0) {
            throw m.error(
                    "no elements to compare in shape "
                            + Arrays.toString(m.input(0).sizes())
                            + "; name a dimension that is not empty");
        }
        m.compute(Extremes.compute(m.input(0).dtype()));
    }

    private static OperatorDefinition ofAll(OperatorSchema schema, boolean largest) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            some(m, m.input(0).numel());
                            m.output(m.input(0).dtype(), new long[0]);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            return largest ? self.amax() : self.amin();
                        });
    }

    private static OperatorDefinition ofTwo(OperatorSchema schema, BinaryOp opcode) {
        return OperatorDefinition.of(schema, Metas.binary(opcode, null))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor other = Inputs.get(inputs, 1);
                            return opcode == BinaryOp.MAXIMUM
                                    ? Ops.maximum(self, other)
                                    : Ops.minimum(self, other);
                        });
    }

    private static long[] dims(@Nullable Long dim) {
        return dim == null ? new long[0] : new long[] {dim};
    }

    private static OperatorDefinition both() {
        return OperatorDefinition.of(
                        Schemas.AMINMAX,
                        m -> {
                            AminmaxAttributes a = m.attributes(AminmaxAttributes.class);
                            Tensor self = m.input(0);
                            boolean[] named = Metas.dims(m, dims(a.dim()), self.dim());
                            long extent = 1;
                            for (int d = 0; d < named.length; d++) {
                                extent *= named[d] ? self.size(d) : 1;
                            }
                            some(m, extent);
                            DType dtype = self.dtype();
                            long[] sizes = Metas.reduced(self.sizes(), named, a.keepdim());
                            m.output(0, dtype, sizes);
                            m.output(1, dtype, sizes);
                        })
                .composite(
                        (c, inputs) -> {
                            AminmaxAttributes a = c.attributes(AminmaxAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor least = self.amin(dims(a.dim()), a.keepdim());
                            return new Tensor[] {least, self.amax(dims(a.dim()), a.keepdim())};
                        });
    }
}
