// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.Tensor;
import dev.keyway.attributes.BroadcastToAttributes;
import dev.keyway.attributes.UnflattenIntAttributes;
import dev.keyway.operator.Meta;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Views in a shape that is given, or that another tensor has. */
@AutoService(OperatorFamily.class)
public final class ShapeViews implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(unflatten(), ravel(), broadcastTo(), expandAs(), viewAs(), reshapeAs());
    }

    private static void shape(MetaContext m, long[] sizes) {
        m.compute(m.input(0).dtype());
        m.output(m.input(0).dtype(), sizes);
    }

    private static OperatorDefinition unflatten() {
        return OperatorDefinition.of(
                        Schemas.UNFLATTEN_INT,
                        m -> {
                            var a = m.attributes(UnflattenIntAttributes.class);
                            Tensor self = m.input(0);
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            if (self.dim() == 0 || a.sizes().length == 0) {
                                throw m.error(
                                        "a dimension and sizes for it are needed; got shape "
                                                + Arrays.toString(self.sizes())
                                                + " and sizes "
                                                + Arrays.toString(a.sizes()));
                            }
                            long[] inner = Metas.resolve(m, a.sizes(), self.size(dim));
                            shape(m, replaced(self.sizes(), dim, inner));
                        })
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).view(c.outputSizes(0)));
    }

    private static long[] replaced(long[] sizes, int dim, long[] inner) {
        long[] result = new long[sizes.length - 1 + inner.length];
        System.arraycopy(sizes, 0, result, 0, dim);
        System.arraycopy(inner, 0, result, dim, inner.length);
        System.arraycopy(sizes, dim + 1, result, dim + inner.length, sizes.length - dim - 1);
        return result;
    }

    private static OperatorDefinition ravel() {
        return OperatorDefinition.of(Schemas.RAVEL, m -> shape(m, new long[] {m.input(0).numel()}))
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).reshape(c.outputSizes(0)));
    }

    /** The sizes to which a shape expands; -1 keeps a size. */
    private static long[] expanded(MetaContext m, long[] sizes, long[] to) {
        int lead = to.length - sizes.length;
        if (lead < 0) {
            throw notExpandable(m, to);
        }
        long[] result = to.clone();
        for (int d = 0; d < to.length; d++) {
            long own = d < lead ? 1 : sizes[d - lead];
            result[d] = to[d] == -1 && d >= lead ? own : to[d];
            if (own != 1 && own != result[d] || result[d] < 0) {
                throw notExpandable(m, to);
            }
        }
        return result;
    }

    private static ArgumentException notExpandable(MetaContext m, long[] to) {
        return m.error(
                "shape "
                        + Arrays.toString(m.input(0).sizes())
                        + " can't expand to "
                        + Arrays.toString(to)
                        + "; only dimensions of size 1 expand");
    }

    private static OperatorDefinition broadcastTo() {
        return OperatorDefinition.of(
                        Schemas.BROADCAST_TO,
                        m -> {
                            long[] size = m.attributes(BroadcastToAttributes.class).size();
                            shape(m, expanded(m, m.input(0).sizes(), size));
                        })
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).expand(c.outputSizes(0)));
    }

    private static OperatorDefinition expandAs() {
        return OperatorDefinition.of(
                        Schemas.EXPAND_AS,
                        m -> shape(m, expanded(m, m.input(0).sizes(), m.input(1).sizes())))
                .keepInputs(1)
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).expand(c.outputSizes(0)));
    }

    private static final Meta AS_OTHER =
            m -> shape(m, Metas.resolve(m, m.input(1).sizes(), m.input(0).numel()));

    private static OperatorDefinition viewAs() {
        return OperatorDefinition.of(Schemas.VIEW_AS, AS_OTHER)
                .keepInputs(1)
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).view(c.outputSizes(0)));
    }

    private static OperatorDefinition reshapeAs() {
        return OperatorDefinition.of(Schemas.RESHAPE_AS, AS_OTHER)
                .keepInputs(1)
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).reshape(c.outputSizes(0)));
    }
}
