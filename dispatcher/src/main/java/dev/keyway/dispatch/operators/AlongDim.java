// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.GradientContext;

/** What operators along one dimension share. */
final class AlongDim {
    private AlongDim() {}

    /** The tensor in the dtype: always a handle of its own, which the caller closes. */
    static Tensor as(Tensor self, DType dtype) {
        return self.dtype() == dtype ? self.view(self.sizes()) : self.to(dtype);
    }

    /** The tensor in the dtype in which it is computed with. */
    static Tensor wide(Tensor self) {
        return as(self, Metas.wide(self.dtype()));
    }

    /**
     * A result of a composite that has a gradient formula: the elements in this dtype and shape, no
     * view of anything, without history.
     */
    static Tensor result(Tensor self, DType dtype, long[] sizes) {
        try (Tensor shaped = self.view(sizes)) {
            return shaped.dtype() == dtype ? shaped.detach() : shaped.to(dtype);
        }
    }

    /** Values and positions as the two results of a composite with a gradient formula. */
    static Tensor[] both(CompositeContext c, Tensor values, Tensor places) {
        return new Tensor[] {
            result(values, c.outputDType(0), c.outputSizes(0)),
            result(places, c.outputDType(1), c.outputSizes(1))
        };
    }

    /** The elements along the dimension in reverse order; the tensor is of a compute dtype. */
    static Tensor reverse(Tensor self, int dim) {
        if (self.dim() == 0 || self.size(dim) < 2) {
            return self.view(self.sizes());
        }
        Scalar last = Scalar.of(self.size(dim) - 1);
        Scalar end = Scalar.of(-1L);
        try (Tensor places = Ops.arange(self.device(), DType.I64, last, end, end)) {
            return self.indexSelect(dim, places);
        }
    }

    /** The sizes with 1 at the dimension; none without dimensions. */
    static long[] kept(long[] sizes, int dim) {
        long[] kept = sizes.clone();
        if (kept.length > 0) {
            kept[dim] = 1;
        }
        return kept;
    }

    /**
     * The gradient of values that were picked along a dimension: each goes where its value came
     * from.
     *
     * @param dim the dimension
     * @param places the positions of the values
     * @param sizes the sizes of gradient and positions with the dimension in place
     */
    static void toPlaces(GradientContext g, long dim, Tensor places, long[] sizes) {
        long[] whole = g.inputSizes(0);
        try (Tensor wide = wide(g.grad());
                Tensor source = wide.reshape(sizes)) {
            if (whole.length == 0) {
                g.set(0, source.view(whole));
                return;
            }
            try (Tensor index = places.reshape(sizes);
                    Tensor zero = Ops.zeros(wide.device(), wide.dtype(), whole)) {
                g.set(0, zero.scatterAdd(dim, index, source));
            }
        }
    }
}
