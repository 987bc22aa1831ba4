// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.function.Supplier;

/** What picking and placing along a dimension share. Indices are checked by the kernels. */
final class Places {
    private Places() {}

    /** Fails unless the argument is of dtype i64, or i32 where PyTorch takes it too. */
    static void integers(MetaContext m, int input, String name) {
        DType dtype = m.input(input).dtype();
        if (dtype != DType.I64 && dtype != DType.I32) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + dtype
                            + ", expected i64 or i32; convert it with to(DType.I64)");
        }
    }

    /** Every size of the index but the dimension's may be at most the tensor's. */
    static void within(MetaContext m, Tensor index, Tensor of, int dim, String name) {
        int dims = Math.max(index.dim(), 1);
        boolean fits = dims == Math.max(of.dim(), 1);
        for (int d = 0; fits && d < dims; d++) {
            fits = d == dim || size(index, d) <= size(of, d);
        }
        if (!fits && index.numel() > 0) {
            throw m.error(
                    "argument 'index' with shape "
                            + Arrays.toString(index.sizes())
                            + " does not fit '"
                            + name
                            + "' with shape "
                            + Arrays.toString(of.sizes())
                            + (dim < 0 ? "" : " along dimension " + dim));
        }
    }

    private static long size(Tensor tensor, int dim) {
        return tensor.dim() == 0 ? 1 : tensor.size(dim);
    }

    /** Fails unless the argument has at most one dimension. */
    static void vector(MetaContext m, int input, String name) {
        if (m.input(input).dim() > 1) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(m.input(input).sizes())
                            + ", expected one dimension");
        }
    }

    /** Fails unless the argument has self's dtype. */
    static void sameDType(MetaContext m, int input, String name) {
        if (m.input(input).dtype() != m.input(0).dtype()) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + m.input(input).dtype()
                            + ", self has "
                            + m.input(0).dtype()
                            + "; convert one with to(dtype)");
        }
    }

    /** The dtype in which elements move. */
    static DType moves(DType dtype) {
        return dtype == DType.BOOL ? DType.BOOL : Metas.wide(dtype);
    }

    /** The part of the tensor that the index reaches in the other dimensions. */
    static Tensor reached(Tensor of, Tensor index, int dim) {
        Tensor part = of.view(of.sizes());
        for (int d = 0; d < of.dim(); d++) {
            if (d != dim && index.size(d) < of.size(d)) {
                Tensor narrowed = part.narrow(d, 0, index.size(d));
                part.close();
                part = narrowed;
            }
        }
        return part;
    }

    /**
     * Positions as i64, negative ones counted from the end. What is out of range stays as it is, so
     * that the error names it.
     */
    static Tensor wrapped(Tensor index, long size) {
        try (Temporaries t = new Temporaries()) {
            Tensor wide = t.converted(index, DType.I64);
            Tensor moved = t.keep(wide.add(size));
            Tensor inside = t.keep(moved.ge(0L));
            Tensor negative = t.keep(t.keep(wide.lt(0L)).bitwiseAnd(inside));
            return Ops.where(negative, moved, wide);
        }
    }

    /** A vector of positions as a view with the sizes, varying along one dimension. */
    static Tensor spread(Tensor index, long[] sizes, int dim) {
        if (sizes.length == 0) {
            return index.reshape(new long[0]);
        }
        long[] column = new long[sizes.length];
        Arrays.fill(column, 1);
        column[dim] = index.numel();
        try (Tensor shaped = index.reshape(column)) {
            return shaped.expand(sizes);
        }
    }

    /** The elements that the index names along a dimension, in its shape; dense, no view. */
    static Tensor gathered(CompositeContext c, Tensor self, Tensor index, int dim) {
        try (Temporaries t = new Temporaries()) {
            if (index.numel() == 0) {
                return c.empty(self.dtype(), index.sizes());
            }
            Tensor source = self.dim() == 0 ? t.keep(self.reshape(1)) : self;
            Tensor flatIndex = index.dim() == 0 ? t.keep(index.reshape(1)) : index;
            Tensor part = t.keep(reached(source, flatIndex, dim));
            DType dtype = c.gathers(self.dtype()) ? self.dtype() : moves(self.dtype());
            Tensor wide = t.converted(part, dtype);
            Tensor canonical = t.keep(Canonical.of(wide, dim));
            Tensor places = t.keep(Canonical.of(flatIndex, dim));
            Tensor flat = t.keep(located(self, dim, () -> c.gather(canonical, places)));
            Tensor narrow = t.converted(flat, self.dtype());
            return t.keep(narrow.view(index.sizes())).detach();
        }
    }

    /**
     * A copy of self in {@code c.dtype()} in which the source's elements went to the places that
     * the index names along a dimension. The source may be larger than the index.
     */
    static Tensor scattered(
            CompositeContext c,
            ScatterOp opcode,
            Tensor self,
            Tensor index,
            Tensor source,
            int dim) {
        Tensor result = c.copy(c.empty(c.dtype(), self.sizes()), self);
        if (index.numel() == 0) {
            return result;
        }
        try (Temporaries t = new Temporaries()) {
            boolean zeroDim = index.dim() == 0 || self.dim() == 0;
            Tensor to = zeroDim ? t.keep(result.reshape(-1L)) : result;
            Tensor at = zeroDim ? t.keep(index.reshape(-1L)) : index;
            Tensor from = zeroDim ? t.keep(source.reshape(-1L)) : source;
            Tensor place = t.keep(reached(to, at, dim));
            Tensor values = t.converted(t.keep(reached(from, at, -1)), c.dtype());
            Tensor target = t.keep(Canonical.of(place, dim));
            Tensor dense = t.keep(target.contiguous());
            Tensor places = t.keep(Canonical.of(at, dim));
            Tensor canonical = t.keep(Canonical.of(values, dim));
            located(self, dim, () -> c.scatter(opcode, dense, places, canonical));
            if (dense.storage() != result.storage()) {
                place.copy_(t.keep(dense.view(place.sizes())));
            }
            return result;
        }
    }

    /** Adds to an error of the kernel which dimension of which shape it was. */
    private static Tensor located(Tensor self, int dim, Supplier<Tensor> kernel) {
        try {
            return kernel.get();
        } catch (ArgumentException e) {
            throw new ArgumentException(
                    e.getMessage()
                            + " (dimension "
                            + dim
                            + " of shape "
                            + Arrays.toString(self.sizes())
                            + ")",
                    e);
        }
    }

    /** {@link #scattered} in the result's dtype. */
    static Tensor scatteredNarrow(
            CompositeContext c,
            ScatterOp opcode,
            Tensor self,
            Tensor index,
            Tensor source,
            int dim) {
        Tensor wide = scattered(c, opcode, self, index, source, dim);
        if (wide.dtype() == c.outputDType(0)) {
            return wide;
        }
        try (wide) {
            return wide.to(c.outputDType(0));
        }
    }

    /** A composite whose errors name its operator, and not only those that it calls. */
    static Composite.Single naming(Composite.Single composite) {
        return (c, inputs) -> {
            try {
                return composite.apply(c, inputs);
            } catch (ArgumentException e) {
                throw c.error(String.valueOf(e.getMessage()));
            }
        };
    }

    /** A number as a tensor without dimensions. */
    static Tensor number(CompositeContext c, DType dtype, Scalar value) {
        return c.fill(c.empty(dtype), value);
    }
}
