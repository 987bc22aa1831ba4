// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.FlattenAttributes;
import dev.keyway.attributes.ReshapeAttributes;
import dev.keyway.attributes.SqueezeAttributes;
import dev.keyway.attributes.UnsqueezeAttributes;
import dev.keyway.attributes.ViewAttributes;
import dev.keyway.dispatch.OneResult;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that regroup dimensions. */
@AutoService(OperatorFamily.class)
public final class Reshapes implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(view(), reshape(), flatten(), squeeze(), unsqueeze());
    }

    private static OperatorDefinition view() {
        return OperatorDefinition.of(
                        Schemas.VIEW,
                        m -> {
                            Tensor self = m.input(0);
                            long[] given = m.attributes(ViewAttributes.class).size();
                            long[] size = Metas.resolve(m, given, self.numel());
                            long[] strides = viewStrides(self, size);
                            if (strides == null) {
                                throw m.error(
                                        "shape "
                                                + Arrays.toString(self.sizes())
                                                + " with strides "
                                                + Arrays.toString(self.strides())
                                                + " can't be viewed as "
                                                + Arrays.toString(size)
                                                + " without a copy; use reshape");
                            }
                            m.alias(0, size, strides, self.storageOffset());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().reshape(g.inputSizes(0))));
    }

    /** Strides of the same elements in another shape; null where that needs a copy. */
    static long @Nullable [] viewStrides(Tensor self, long[] size) {
        if (self.isContiguous()) {
            return Metas.strides(size);
        }
        if (!regroups(self, size, null)) {
            return null;
        }
        long[] strides = new long[size.length];
        regroups(self, size, strides);
        return strides;
    }

    /** Whether a view has the shape; writes its strides where they are asked for. */
    private static boolean regroups(Tensor self, long[] size, long @Nullable [] strides) {
        int target = size.length - 1;
        int d = self.dim() - 1;
        while (d >= 0) {
            long chunk = self.size(d);
            long stride = self.stride(d);
            while (d > 0 && (self.size(d - 1) == 1 || self.stride(d - 1) == chunk * stride)) {
                chunk *= self.size(--d);
            }
            long taken = 1;
            while (target >= 0 && (taken < chunk || size[target] == 1)) {
                if (strides != null) {
                    strides[target] = stride * taken;
                }
                taken *= size[target--];
            }
            if (taken != chunk) {
                return false;
            }
            d--;
        }
        return target < 0;
    }

    /** A view where there is one; its call then needs no composite. */
    private static void shape(MetaContext m, long[] given) {
        Tensor self = m.input(0);
        long[] size = Metas.resolve(m, given, self.numel());
        long[] strides = viewStrides(self, size);
        if (strides != null) {
            m.alias(0, size, strides, self.storageOffset());
        } else {
            m.compute(self.dtype());
            m.output(self.dtype(), size);
        }
    }

    private static Tensor regroup(Tensor self, long[] size) {
        if (self.isContiguous() || regroups(self, size, null)) {
            return self.view(size);
        }
        try (Tensor dense = self.clone()) {
            return dense.view(size);
        }
    }

    private static OperatorDefinition reshape() {
        return OperatorDefinition.of(
                        Schemas.RESHAPE,
                        m -> shape(m, m.attributes(ReshapeAttributes.class).shape()))
                .composite(
                        new OneResult(
                                (c, inputs) -> regroup(Inputs.get(inputs, 0), c.outputSizes(0))));
    }

    private static OperatorDefinition flatten() {
        return OperatorDefinition.of(
                        Schemas.FLATTEN,
                        m -> {
                            FlattenAttributes a = m.attributes(FlattenAttributes.class);
                            long[] sizes = m.input(0).sizes();
                            int start = Metas.dim(m, a.startDim(), sizes.length);
                            int end = Metas.dim(m, a.endDim(), sizes.length);
                            if (start > end) {
                                throw m.error("start_dim " + start + " is behind end_dim " + end);
                            }
                            shape(m, flattened(sizes, start, end));
                        })
                .composite(
                        new OneResult(
                                (c, inputs) -> regroup(Inputs.get(inputs, 0), c.outputSizes(0))));
    }

    private static long[] flattened(long[] sizes, int start, int end) {
        if (sizes.length == 0) {
            return new long[] {1};
        }
        long[] result = new long[sizes.length - (end - start)];
        System.arraycopy(sizes, 0, result, 0, start);
        result[start] = Metas.product(Arrays.copyOfRange(sizes, start, end + 1));
        System.arraycopy(sizes, end + 1, result, start + 1, sizes.length - end - 1);
        return result;
    }

    private static OperatorDefinition squeeze() {
        return OperatorDefinition.of(
                        Schemas.SQUEEZE,
                        m -> {
                            Tensor self = m.input(0);
                            Long given = m.attributes(SqueezeAttributes.class).dim();
                            int only = given == null ? -1 : Metas.dim(m, given, self.dim());
                            long[] sizes = new long[self.dim()];
                            long[] strides = new long[self.dim()];
                            int kept = 0;
                            for (int d = 0; d < self.dim(); d++) {
                                if (self.size(d) != 1 || given != null && d != only) {
                                    sizes[kept] = self.size(d);
                                    strides[kept++] = self.stride(d);
                                }
                            }
                            long[] outSizes = Arrays.copyOf(sizes, kept);
                            long[] outStrides = Arrays.copyOf(strides, kept);
                            m.alias(0, outSizes, outStrides, self.storageOffset());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().reshape(g.inputSizes(0))));
    }

    private static OperatorDefinition unsqueeze() {
        return OperatorDefinition.of(
                        Schemas.UNSQUEEZE,
                        m -> {
                            Tensor self = m.input(0);
                            int n = self.dim() + 1;
                            int at = Metas.dim(m, m.attributes(UnsqueezeAttributes.class).dim(), n);
                            long[] sizes = new long[n];
                            long[] strides = new long[n];
                            for (int d = 0; d < n; d++) {
                                int from = d < at ? d : d - 1;
                                sizes[d] = d == at ? 1 : self.size(from);
                                strides[d] =
                                        d != at
                                                ? self.stride(from)
                                                : at < self.dim()
                                                        ? self.stride(at) * self.size(at)
                                                        : 1;
                            }
                            m.alias(0, sizes, strides, self.storageOffset());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().reshape(g.inputSizes(0))));
    }
}
