// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.MovedimIntAttributes;
import dev.keyway.attributes.MovedimIntlistAttributes;
import dev.keyway.attributes.SqueezeDimsAttributes;
import dev.keyway.attributes.SwapaxesAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Views that move, drop or add whole dimensions. */
@AutoService(OperatorFamily.class)
public final class DimensionViews implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                squeezeDims(),
                movedims(),
                movedim(),
                swapaxes(),
                matrixTranspose(),
                atLeast(Schemas.ATLEAST_1D, 1),
                atLeast(Schemas.ATLEAST_2D, 2),
                atLeast(Schemas.ATLEAST_3D, 3));
    }

    private static OperatorDefinition squeezeDims() {
        return OperatorDefinition.of(
                        Schemas.SQUEEZE_DIMS,
                        m -> {
                            Tensor self = m.input(0);
                            long[] dims = m.attributes(SqueezeDimsAttributes.class).dim();
                            boolean[] named = new boolean[self.dim()];
                            if (dims.length > 0) {
                                named = Metas.dims(m, dims, self.dim());
                            }
                            long[] sizes = new long[self.dim()];
                            long[] strides = new long[self.dim()];
                            int kept = 0;
                            for (int d = 0; d < named.length; d++) {
                                if (!named[d] || self.size(d) != 1) {
                                    sizes[kept] = self.size(d);
                                    strides[kept++] = self.stride(d);
                                }
                            }
                            m.alias(
                                    0,
                                    Arrays.copyOf(sizes, kept),
                                    Arrays.copyOf(strides, kept),
                                    self.storageOffset());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().reshape(g.inputSizes(0))));
    }

    /** The order of dimensions after those of source went to destination. */
    private static long[] order(long[] source, long[] destination, int dims) {
        long[] order = new long[dims];
        Arrays.fill(order, -1);
        boolean[] taken = new boolean[dims];
        for (int i = 0; i < source.length; i++) {
            order[Metas.wrap(destination[i], dims)] = Metas.wrap(source[i], dims);
            taken[Metas.wrap(source[i], dims)] = true;
        }
        int next = 0;
        for (int d = 0; d < dims; d++) {
            if (order[d] < 0) {
                while (taken[next]) {
                    next++;
                }
                order[d] = next++;
            }
        }
        return order;
    }

    private static void permuted(MetaContext m, long[] order) {
        Tensor self = m.input(0);
        long[] sizes = new long[order.length];
        Arrays.setAll(sizes, d -> self.size((int) order[d]));
        m.compute(self.dtype());
        m.output(self.dtype(), sizes);
    }

    private static OperatorDefinition movedims() {
        return OperatorDefinition.of(
                        Schemas.MOVEDIM_INTLIST,
                        m -> {
                            var a = m.attributes(MovedimIntlistAttributes.class);
                            int n = m.input(0).dim();
                            if (a.source().length != a.destination().length) {
                                throw m.error(
                                        "arguments 'source' "
                                                + Arrays.toString(a.source())
                                                + " and 'destination' "
                                                + Arrays.toString(a.destination())
                                                + " must name equally many dimensions");
                            }
                            if (a.source().length > 0) {
                                Metas.dims(m, a.source(), n);
                                Metas.dims(m, a.destination(), n);
                            }
                            permuted(
                                    m,
                                    n == 0 ? new long[0] : order(a.source(), a.destination(), n));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            var a = c.attributes(MovedimIntlistAttributes.class);
                            return self.dim() == 0
                                    ? self.view(new long[0])
                                    : self.permute(order(a.source(), a.destination(), self.dim()));
                        });
    }

    private static OperatorDefinition movedim() {
        return OperatorDefinition.of(
                        Schemas.MOVEDIM_INT,
                        m -> {
                            MovedimIntAttributes a = m.attributes(MovedimIntAttributes.class);
                            int n = m.input(0).dim();
                            long[] source = {Metas.dim(m, a.source(), n)};
                            long[] destination = {Metas.dim(m, a.destination(), n)};
                            permuted(m, n == 0 ? new long[0] : order(source, destination, n));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            MovedimIntAttributes a = c.attributes(MovedimIntAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            return self.movedim(
                                    new long[] {a.source()}, new long[] {a.destination()});
                        });
    }

    private static OperatorDefinition swapaxes() {
        return OperatorDefinition.of(
                        Schemas.SWAPAXES,
                        m -> {
                            SwapaxesAttributes a = m.attributes(SwapaxesAttributes.class);
                            int n = m.input(0).dim();
                            swapped(m, Metas.dim(m, a.axis0(), n), Metas.dim(m, a.axis1(), n));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            SwapaxesAttributes a = c.attributes(SwapaxesAttributes.class);
                            return Inputs.get(inputs, 0).transpose(a.axis0(), a.axis1());
                        });
    }

    private static void swapped(MetaContext m, int first, int second) {
        long[] order = new long[m.input(0).dim()];
        Arrays.setAll(order, d -> d == first ? second : d == second ? first : d);
        permuted(m, order);
    }

    private static OperatorDefinition matrixTranspose() {
        return OperatorDefinition.of(
                        Schemas.MT,
                        m -> {
                            int n = m.input(0).dim();
                            if (n < 2) {
                                throw m.error(
                                        "argument 'self' has shape "
                                                + Arrays.toString(m.input(0).sizes())
                                                + ", expected matrices of at least 2 dimensions;"
                                                + " use t()");
                            }
                            swapped(m, n - 2, n - 1);
                        })
                .compositeSingle((c, inputs) -> Inputs.get(inputs, 0).transpose(-2, -1));
    }

    private static OperatorDefinition atLeast(OperatorSchema schema, int dims) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            m.compute(m.input(0).dtype());
                            m.output(m.input(0).dtype(), extended(m.input(0).sizes(), dims));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            return self.reshape(extended(self.sizes(), dims));
                        });
    }

    /** Vectors become rows, and matrices get a last dimension of 1, as NumPy has it. */
    private static long[] extended(long[] sizes, int dims) {
        if (sizes.length >= dims) {
            return sizes;
        }
        long[] result = new long[dims];
        Arrays.fill(result, 1);
        int at = dims == 3 && sizes.length == 2 ? 0 : Math.min(dims - 1, 1);
        if (sizes.length > 0) {
            System.arraycopy(sizes, 0, result, at, sizes.length);
        }
        return result;
    }
}
