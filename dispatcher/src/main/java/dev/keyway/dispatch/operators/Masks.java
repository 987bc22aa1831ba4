// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.TypePromotion;
import dev.keyway.attributes.OneHotAttributes;
import dev.keyway.attributes.WhereScalarAttributes;
import dev.keyway.attributes.WhereScalarOtherAttributes;
import dev.keyway.attributes.WhereScalarSelfAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Choosing and filling by conditions. */
@AutoService(OperatorFamily.class)
public final class Masks implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                maskedFillTensor(),
                maskedScatter(),
                whereScalarSelf(),
                whereScalarOther(),
                whereScalars(),
                oneHot());
    }

    /** Fails unless the argument is bool. */
    static void mask(MetaContext m, int input, String name) {
        if (m.input(input).dtype() != DType.BOOL) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + m.input(input).dtype()
                            + ", expected bool; convert it with to(DType.BOOL)");
        }
    }

    private static OperatorDefinition maskedFillTensor() {
        return OperatorDefinition.of(
                        Schemas.MASKED_FILL_TENSOR,
                        m -> {
                            mask(m, 1, "mask");
                            if (m.input(2).dim() != 0) {
                                throw m.error(
                                        "argument 'value' has shape "
                                                + Arrays.toString(m.input(2).sizes())
                                                + ", expected a tensor without dimensions");
                            }
                            DType dtype = m.input(0).dtype();
                            m.compute(dtype);
                            m.outputBroadcast(dtype);
                        })
                .keepInputs(1, 2)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            try (Temporaries t = new Temporaries()) {
                                Tensor value = t.converted(Inputs.get(inputs, 2), self.dtype());
                                return Ops.where(Inputs.get(inputs, 1), value, self);
                            }
                        });
    }

    private static OperatorDefinition maskedScatter() {
        return OperatorDefinition.of(
                        Schemas.MASKED_SCATTER,
                        m -> {
                            mask(m, 1, "mask");
                            Places.sameDType(m, 2, "source");
                            Tensor self = m.input(0);
                            m.compute(Places.moves(self.dtype()));
                            m.output(
                                    self.dtype(),
                                    Broadcasts.sizes(m, self.sizes(), m.input(1).sizes()));
                        })
                .keepInputs(1)
                .compositeSingle(Places.naming(Masks::maskedScatter));
    }

    /** Element number k of the source goes where the mask is true for the kth time. */
    private static Tensor maskedScatter(CompositeContext c, @Nullable Tensor[] inputs) {
        long[] sizes = c.outputSizes(0);
        try (Temporaries t = new Temporaries()) {
            Tensor mask = t.keep(Inputs.get(inputs, 1).expand(sizes));
            Tensor self = t.keep(Inputs.get(inputs, 0).expand(sizes));
            Tensor source = t.keep(Inputs.get(inputs, 2).reshape(-1L));
            if (Metas.product(sizes) == 0) {
                return self.clone();
            }
            Tensor ones = t.keep(mask.to(DType.I64));
            Tensor places = ones;
            if (source.numel() > 0) {
                Tensor counted = t.keep(c.scan(ScanOp.SUM, t.keep(ones.reshape(1, -1, 1))));
                Tensor last = t.keep(counted.sub(1L));
                places = t.keep(last.view(sizes)).mul(ones);
                t.keep(places);
            } else {
                // Nothing to take: a place where the mask is true is out of the range of one zero.
                source = t.keep(Ops.zeros(c.device(), source.dtype(), 1));
            }
            Tensor picked = t.keep(source.gather(0, t.keep(places.reshape(-1L))));
            return Ops.where(mask, t.keep(picked.view(sizes)), self);
        }
    }

    private static OperatorDefinition whereScalarSelf() {
        return OperatorDefinition.of(
                        Schemas.WHERE_SCALARSELF,
                        m -> {
                            mask(m, 0, "condition");
                            var value = m.attributes(WhereScalarSelfAttributes.class).self();
                            DType dtype = m.promote(value);
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .keepInputs(0)
                .compositeSingle(
                        (c, inputs) -> {
                            var value = c.attributes(WhereScalarSelfAttributes.class).self();
                            try (Tensor number = Places.number(c, c.outputDType(0), value)) {
                                return Ops.where(
                                        Inputs.get(inputs, 0), number, Inputs.get(inputs, 1));
                            }
                        });
    }

    private static OperatorDefinition whereScalarOther() {
        return OperatorDefinition.of(
                        Schemas.WHERE_SCALAROTHER,
                        m -> {
                            mask(m, 0, "condition");
                            var value = m.attributes(WhereScalarOtherAttributes.class).other();
                            DType dtype = m.promote(value);
                            m.compute(Metas.wide(dtype));
                            m.outputBroadcast(dtype);
                        })
                .keepInputs(0)
                .compositeSingle(
                        (c, inputs) -> {
                            var value = c.attributes(WhereScalarOtherAttributes.class).other();
                            try (Tensor number = Places.number(c, c.outputDType(0), value)) {
                                return Ops.where(
                                        Inputs.get(inputs, 0), Inputs.get(inputs, 1), number);
                            }
                        });
    }

    private static OperatorDefinition whereScalars() {
        return OperatorDefinition.of(
                        Schemas.WHERE_SCALAR,
                        m -> {
                            mask(m, 0, "condition");
                            var a = m.attributes(WhereScalarAttributes.class);
                            DType both = TypePromotion.promote(a.self().dtype(), a.other().dtype());
                            DType dtype = both == DType.F64 ? DType.F32 : both;
                            m.compute(dtype);
                            m.outputLike(0, dtype);
                        })
                .keepInputs(0)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(WhereScalarAttributes.class);
                            try (Tensor self = Places.number(c, c.outputDType(0), a.self());
                                    Tensor other = Places.number(c, c.outputDType(0), a.other())) {
                                return Ops.where(Inputs.get(inputs, 0), self, other);
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition oneHot() {
        return OperatorDefinition.of(
                        Schemas.ONE_HOT,
                        m -> {
                            Metas.index(m, 0, "self");
                            long classes = m.attributes(OneHotAttributes.class).numClasses();
                            boolean read = classes == -1 && m.input(0).numel() > 0;
                            if (classes < 1 && !read) {
                                throw m.error(
                                        "argument 'num_classes' is "
                                                + classes
                                                + ", expected at least 1, or -1 to read it off"
                                                + " the elements, of which there must be some");
                            }
                            long[] sizes = m.input(0).sizes();
                            long[] wide = Arrays.copyOf(sizes, sizes.length + 1);
                            wide[sizes.length] = read ? Long.MAX_VALUE : classes;
                            m.compute(DType.I64);
                            if (read) {
                                m.outputBounded(0, DType.I64, wide);
                            } else {
                                m.output(DType.I64, wide);
                            }
                        })
                .compositeSingle(
                        Places.naming(
                                (c, inputs) -> {
                                    Tensor self = Inputs.get(inputs, 0);
                                    long[] sizes = oneHotSizes(c, self);
                                    return ones(c, self, sizes);
                                }))
                .notDifferentiable();
    }

    /** Zeros in which each index names, along the last dimension, the place of a one. */
    private static Tensor ones(CompositeContext c, Tensor self, long[] sizes) {
        long classes = sizes[sizes.length - 1];
        long rows = self.numel();
        try (Tensor zeros = Ops.zeros(c.device(), DType.I64, rows, classes, 1);
                Tensor index = AlongDim.as(self, DType.I64);
                Tensor places = index.reshape(rows, 1, 1);
                Tensor one = Ops.ones(c.device(), DType.I64, 1, 1, 1);
                Tensor source = one.expand(rows, 1, 1)) {
            c.scatter(ScatterOp.SET, zeros, places, source);
            return AlongDim.result(zeros, DType.I64, sizes);
        }
    }

    /** With one class more than the largest element where the number of classes is not given. */
    private static long[] oneHotSizes(CompositeContext c, Tensor self) {
        if (c.attributes(OneHotAttributes.class).numClasses() > 0) {
            return c.outputSizes(0);
        }
        long[] sizes = Arrays.copyOf(self.sizes(), self.dim() + 1);
        try (Tensor least = self.amin();
                Tensor most = self.amax()) {
            if (least.itemLong() < 0) {
                throw c.error(
                        "argument 'self' contains " + least.itemLong() + "; expected 0 or more");
            }
            sizes[self.dim()] = most.itemLong() + 1;
        }
        return sizes;
    }
}
