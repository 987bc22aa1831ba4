// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.EmptyStridedAttributes;
import dev.keyway.attributes.NewEmptyAttributes;
import dev.keyway.attributes.NewFullAttributes;
import dev.keyway.attributes.NewOnesAttributes;
import dev.keyway.attributes.NewZerosAttributes;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tensors of another's dtype and device, and uninitialised ones with strides. */
@AutoService(OperatorFamily.class)
public final class LikeOthers implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                emptyStrided(),
                emptyLike(),
                sized(Schemas.NEW_EMPTY, NewEmptyAttributes.class, a -> a.size(), a -> null),
                sized(
                        Schemas.NEW_FULL,
                        NewFullAttributes.class,
                        a -> a.size(),
                        NewFullAttributes::fillValue),
                sized(Schemas.NEW_ZEROS, NewZerosAttributes.class, a -> a.size(), a -> Scalar.ZERO),
                sized(Schemas.NEW_ONES, NewOnesAttributes.class, a -> a.size(), a -> Scalar.ONE));
    }

    private static OperatorDefinition emptyStrided() {
        return OperatorDefinition.of(
                        Schemas.EMPTY_STRIDED,
                        m -> {
                            var a = m.attributes(EmptyStridedAttributes.class);
                            boolean negative = Arrays.stream(a.stride()).anyMatch(s -> s < 0);
                            if (negative || a.size().length != a.stride().length) {
                                throw m.error(
                                        "arguments 'size' "
                                                + Arrays.toString(a.size())
                                                + " and 'stride' "
                                                + Arrays.toString(a.stride())
                                                + " must be equally long, strides not negative");
                            }
                            m.compute(a.dtype());
                            m.output(a.dtype(), a.size().clone());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(EmptyStridedAttributes.class);
                            long extent = Metas.product(a.size()) == 0 ? 0 : 1;
                            for (int d = 0; d < a.size().length && extent > 0; d++) {
                                extent += (a.size()[d] - 1) * a.stride()[d];
                            }
                            try (Tensor flat = c.empty(a.dtype(), extent);
                                    Tensor view = flat.asStrided(a.size(), a.stride())) {
                                return view.detach();
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition emptyLike() {
        return OperatorDefinition.of(
                        Schemas.EMPTY_LIKE,
                        m -> {
                            m.compute(m.input(0).dtype());
                            m.outputLike(0, m.input(0).dtype());
                        })
                .compositeSingle((c, inputs) -> c.empty(c.outputDType(0), c.outputSizes(0)))
                .notDifferentiable();
    }

    private static <A extends Attributes> OperatorDefinition sized(
            OperatorSchema schema,
            Class<A> type,
            Function<A, long[]> size,
            Function<A, @Nullable Scalar> value) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            m.compute(m.input(0).dtype());
                            m.output(m.input(0).dtype(), size.apply(m.attributes(type)).clone());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor made = c.empty(c.outputDType(0), c.outputSizes(0));
                            Scalar number = value.apply(c.attributes(type));
                            return number == null ? made : c.fill(made, number);
                        })
                .notDifferentiable();
    }
}
