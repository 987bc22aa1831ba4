// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AsStridedAttributes;
import dev.keyway.attributes.ExpandAttributes;
import dev.keyway.attributes.NarrowAttributes;
import dev.keyway.attributes.PermuteAttributes;
import dev.keyway.attributes.SelectAttributes;
import dev.keyway.attributes.SliceAttributes;
import dev.keyway.attributes.TransposeAttributes;
import dev.keyway.operator.GradientContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Views that select, move and repeat dimensions; those that regroup are in {@link Reshapes}. */
@AutoService(OperatorFamily.class)
public final class Views implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                permute(),
                transpose(),
                t(),
                expand(),
                slice(),
                select(),
                narrow(),
                asStrided(),
                detach());
    }

    private static void permuted(MetaContext m, long[] dims) {
        Tensor self = m.input(0);
        long[] sizes = new long[dims.length];
        long[] strides = new long[dims.length];
        for (int d = 0; d < dims.length; d++) {
            int from = Metas.dim(m, dims[d], dims.length);
            for (int e = 0; e < d; e++) {
                if (Metas.wrap(dims[e], dims.length) == from) {
                    throw Metas.twice(m, from, dims);
                }
            }
            sizes[d] = self.size(from);
            strides[d] = self.stride(from);
        }
        m.alias(0, sizes, strides, self.storageOffset());
    }

    private static OperatorDefinition permute() {
        return OperatorDefinition.of(
                        Schemas.PERMUTE,
                        m -> {
                            long[] dims = m.attributes(PermuteAttributes.class).dims();
                            int n = m.input(0).dim();
                            if (dims.length != n) {
                                throw m.error(
                                        "argument 'dims' "
                                                + Arrays.toString(dims)
                                                + " must name each of the "
                                                + n
                                                + " dimensions once");
                            }
                            permuted(m, dims);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            long[] dims = g.attributes(PermuteAttributes.class).dims();
                            long[] inverse = new long[dims.length];
                            for (int d = 0; d < dims.length; d++) {
                                inverse[Metas.wrap(dims[d], dims.length)] = d;
                            }
                            g.set(0, g.grad().permute(inverse));
                        });
    }

    /** Two dimensions change places; a tensor without dimensions stays. */
    private static void swapped(MetaContext m, int a, int b) {
        Tensor self = m.input(0);
        long[] sizes = new long[self.dim()];
        long[] strides = new long[self.dim()];
        for (int d = 0; d < sizes.length; d++) {
            int from = d == a ? b : d == b ? a : d;
            sizes[d] = self.size(from);
            strides[d] = self.stride(from);
        }
        m.alias(0, sizes, strides, self.storageOffset());
    }

    private static OperatorDefinition transpose() {
        return OperatorDefinition.of(
                        Schemas.TRANSPOSE,
                        m -> {
                            TransposeAttributes a = m.attributes(TransposeAttributes.class);
                            int n = m.input(0).dim();
                            int first = Metas.dim(m, a.dim0(), n);
                            int second = Metas.dim(m, a.dim1(), n);
                            swapped(m, first, second);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            TransposeAttributes a = g.attributes(TransposeAttributes.class);
                            g.set(0, g.grad().transpose(a.dim0(), a.dim1()));
                        });
    }

    private static OperatorDefinition t() {
        return OperatorDefinition.of(
                        Schemas.T,
                        m -> {
                            int n = m.input(0).dim();
                            if (n > 2) {
                                throw m.error(
                                        "a tensor of at most 2 dimensions is expected, got shape "
                                                + Arrays.toString(m.input(0).sizes())
                                                + "; use transpose or permute");
                            }
                            swapped(m, 0, n - 1);
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad().t()));
    }

    private static OperatorDefinition expand() {
        return OperatorDefinition.of(
                        Schemas.EXPAND,
                        m -> {
                            Tensor self = m.input(0);
                            long[] size = m.attributes(ExpandAttributes.class).size();
                            int lead = size.length - self.dim();
                            long[] sizes = size.clone();
                            long[] strides = new long[size.length];
                            for (int d = 0; d < size.length; d++) {
                                long own = d < lead ? 1 : self.size(d - lead);
                                sizes[d] = size[d] == -1 && d >= lead ? own : size[d];
                                strides[d] = own == 1 || d < lead ? 0 : self.stride(d - lead);
                                if (own != 1 && own != sizes[d] || sizes[d] < 0) {
                                    throw notExpandable(m, size);
                                }
                            }
                            if (lead < 0) {
                                throw notExpandable(m, size);
                            }
                            m.alias(0, sizes, strides, self.storageOffset());
                        })
                .gradient(Saved.NOTHING, g -> g.set(0, g.grad()));
    }

    private static dev.keyway.ArgumentException notExpandable(MetaContext m, long[] size) {
        return m.error(
                "shape "
                        + Arrays.toString(m.input(0).sizes())
                        + " can't expand to "
                        + Arrays.toString(size)
                        + "; only dimensions of size 1 expand");
    }

    /** Start and end clipped to the dimension, as PyTorch does. */
    private static long clip(long position, long size) {
        long wrapped = position < 0 ? position + size : position;
        return Math.max(0, Math.min(wrapped, size));
    }

    private static OperatorDefinition slice() {
        return OperatorDefinition.of(
                        Schemas.SLICE,
                        m -> {
                            SliceAttributes a = m.attributes(SliceAttributes.class);
                            Tensor self = m.input(0);
                            if (a.step() <= 0) {
                                throw m.error(
                                        "argument 'step' is " + a.step() + ", must be positive");
                            }
                            if (self.dim() == 0) {
                                throw m.error("a tensor without dimensions can't be sliced");
                            }
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            Long end = a.end();
                            long from = sliceStart(a, self.size(dim));
                            long to =
                                    Math.max(
                                            from,
                                            end == null
                                                    ? self.size(dim)
                                                    : clip(end, self.size(dim)));
                            long[] sizes = self.sizes();
                            long[] strides = self.strides();
                            long offset = self.storageOffset() + from * strides[dim];
                            sizes[dim] = (to - from + a.step() - 1) / a.step();
                            strides[dim] *= a.step();
                            m.alias(0, sizes, strides, offset);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            SliceAttributes a = g.attributes(SliceAttributes.class);
                            Tensor full = zerosLikeInput(g);
                            try (Tensor part = full.slice(a.dim(), a.start(), a.end(), a.step())) {
                                part.copy_(g.grad());
                            }
                            g.set(0, full);
                        });
    }

    private static long sliceStart(SliceAttributes a, long size) {
        Long start = a.start();
        return start == null ? 0 : clip(start, size);
    }

    private static Tensor zerosLikeInput(GradientContext g) {
        return Ops.zeros(g.grad().device(), g.grad().dtype(), g.inputSizes(0));
    }

    private static OperatorDefinition select() {
        return OperatorDefinition.of(
                        Schemas.SELECT,
                        m -> {
                            SelectAttributes a = m.attributes(SelectAttributes.class);
                            Tensor self = m.input(0);
                            if (self.dim() == 0) {
                                throw m.error("a tensor without dimensions has nothing to select");
                            }
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            long size = self.size(dim);
                            if (a.index() < -size || a.index() >= size) {
                                throw m.error(
                                        "argument 'index' is "
                                                + a.index()
                                                + ", out of range for dimension "
                                                + dim
                                                + " of size "
                                                + size);
                            }
                            long index = a.index() < 0 ? a.index() + size : a.index();
                            long[] sizes = new long[self.dim() - 1];
                            long[] strides = new long[self.dim() - 1];
                            for (int d = 0; d < sizes.length; d++) {
                                int from = d < dim ? d : d + 1;
                                sizes[d] = self.size(from);
                                strides[d] = self.stride(from);
                            }
                            long offset = self.storageOffset() + index * self.stride(dim);
                            m.alias(0, sizes, strides, offset);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            SelectAttributes a = g.attributes(SelectAttributes.class);
                            Tensor full = zerosLikeInput(g);
                            try (Tensor part = full.select(a.dim(), a.index())) {
                                part.copy_(g.grad());
                            }
                            g.set(0, full);
                        });
    }

    private static OperatorDefinition narrow() {
        return OperatorDefinition.of(
                        Schemas.NARROW,
                        m -> {
                            NarrowAttributes a = m.attributes(NarrowAttributes.class);
                            Tensor self = m.input(0);
                            int dim = Metas.dim(m, a.dim(), self.dim());
                            long size = self.dim() == 0 ? 0 : self.size(dim);
                            long start = a.start() < 0 ? a.start() + size : a.start();
                            if (start < 0 || a.length() < 0 || start + a.length() > size) {
                                throw m.error(
                                        "start "
                                                + a.start()
                                                + " and length "
                                                + a.length()
                                                + " exceed dimension "
                                                + dim
                                                + " of size "
                                                + size);
                            }
                            long[] sizes = self.sizes();
                            sizes[dim] = a.length();
                            long offset = self.storageOffset() + start * self.stride(dim);
                            m.alias(0, sizes, self.strides(), offset);
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            NarrowAttributes a = g.attributes(NarrowAttributes.class);
                            Tensor full = zerosLikeInput(g);
                            try (Tensor part = full.narrow(a.dim(), a.start(), a.length())) {
                                part.copy_(g.grad());
                            }
                            g.set(0, full);
                        });
    }

    private static OperatorDefinition asStrided() {
        return OperatorDefinition.of(
                        Schemas.AS_STRIDED,
                        m -> {
                            AsStridedAttributes a = m.attributes(AsStridedAttributes.class);
                            Tensor self = m.input(0);
                            Long given = a.storageOffset();
                            long offset = given == null ? self.storageOffset() : given;
                            long last = offset;
                            if (a.size().length != a.stride().length) {
                                throw m.error(
                                        "size "
                                                + Arrays.toString(a.size())
                                                + " and stride "
                                                + Arrays.toString(a.stride())
                                                + " differ in length");
                            }
                            for (int d = 0; d < a.size().length; d++) {
                                if (a.size()[d] < 0 || a.stride()[d] < 0) {
                                    throw m.error("sizes and strides must not be negative");
                                }
                                last += Math.max(a.size()[d] - 1, 0) * a.stride()[d];
                            }
                            long room = self.storage().nbytes() / self.dtype().itemSize();
                            if (offset < 0 || Metas.product(a.size()) > 0 && last >= room) {
                                throw m.error(
                                        "elements up to "
                                                + last
                                                + " are addressed, the storage has "
                                                + room);
                            }
                            m.alias(0, a.size().clone(), a.stride().clone(), offset);
                        })
                .gradient(Saved.NOTHING, StridedGradient::backward);
    }

    private static OperatorDefinition detach() {
        return OperatorDefinition.of(
                        Schemas.DETACH,
                        m -> {
                            Tensor self = m.input(0);
                            m.alias(0, self.sizes(), self.strides(), self.storageOffset());
                        })
                .notDifferentiable();
    }
}
