// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CountNonzeroAttributes;
import dev.keyway.attributes.LogsumexpAttributes;
import dev.keyway.attributes.NanmeanAttributes;
import dev.keyway.attributes.NansumAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import java.util.List;

/** Sums that pass over NaN, count, or add exponentials. */
@AutoService(OperatorFamily.class)
public final class Sums implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(nansum(), nanmean(), countNonzero(), logsumexp());
    }

    private static void shape(MetaContext m, long[] dim, boolean keepDim, DType dtype) {
        Tensor self = m.input(0);
        boolean[] named = Metas.dims(m, dim, self.dim());
        m.output(dtype, Metas.reduced(self.sizes(), named, keepDim));
    }

    private static Tensor withoutNan(Tensor self) {
        if (!self.dtype().isFloating()) {
            return self.view(self.sizes());
        }
        try (Tensor nan = self.ne(self)) {
            return self.maskedFill(nan, Scalar.ZERO);
        }
    }

    private static OperatorDefinition nansum() {
        return OperatorDefinition.of(
                        Schemas.NANSUM,
                        m -> {
                            NansumAttributes a = m.attributes(NansumAttributes.class);
                            DType out = Reductions.sumDType(m.input(0).dtype(), a.dtype());
                            m.compute(Metas.wide(out));
                            shape(m, a.dim(), a.keepdim(), out);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            NansumAttributes a = c.attributes(NansumAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor numbers = withoutNan(self)) {
                                return numbers.sum(a.dim(), a.keepdim(), c.outputDType(0));
                            }
                        });
    }

    private static OperatorDefinition nanmean() {
        return OperatorDefinition.of(
                        Schemas.NANMEAN,
                        m -> {
                            NanmeanAttributes a = m.attributes(NanmeanAttributes.class);
                            DType given = m.input(0).dtype();
                            DType asked = a.dtype();
                            DType out = asked != null ? asked : given;
                            if (!given.isFloating() || !out.isFloating()) {
                                throw m.error(
                                        "dtype "
                                                + (given.isFloating() ? out : given)
                                                + " is not floating; convert with to(dtype)");
                            }
                            m.compute(Metas.wide(out));
                            shape(m, a.dim(), a.keepdim(), out);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            NanmeanAttributes a = c.attributes(NanmeanAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor converted = AlongDim.as(self, c.outputDType(0));
                                    Tensor wide = AlongDim.as(converted, c.dtype());
                                    Tensor sum = wide.nansum(a.dim(), a.keepdim());
                                    Tensor number = wide.eq(wide);
                                    Tensor count = number.sum(a.dim(), a.keepdim());
                                    Tensor mean = sum.div(count)) {
                                return AlongDim.as(mean, c.outputDType(0));
                            }
                        });
    }

    private static OperatorDefinition countNonzero() {
        return OperatorDefinition.of(
                        Schemas.COUNT_NONZERO,
                        m -> {
                            long[] dim = m.attributes(CountNonzeroAttributes.class).dim();
                            m.compute(Metas.wide(m.input(0).dtype()));
                            shape(m, dim, false, DType.I64);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor other = Inputs.get(inputs, 0).ne(0L)) {
                                long[] dim = c.attributes(CountNonzeroAttributes.class).dim();
                                return other.sum(dim, false);
                            }
                        })
                .notDifferentiable();
    }

    /** {@code m + log(sum(exp(x - m)))} with m the largest element, or 0 where that is infinite. */
    private static OperatorDefinition logsumexp() {
        return OperatorDefinition.of(
                        Schemas.LOGSUMEXP,
                        m -> {
                            LogsumexpAttributes a = m.attributes(LogsumexpAttributes.class);
                            DType out = Metas.floating(m.input(0).dtype());
                            m.compute(Metas.wide(out));
                            shape(m, a.dim(), a.keepdim(), out);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            LogsumexpAttributes a = c.attributes(LogsumexpAttributes.class);
                            try (Tensor wide = AlongDim.as(Inputs.get(inputs, 0), c.dtype());
                                    Tensor offset = offset(wide, a.dim());
                                    Tensor shifted = wide.sub(offset);
                                    Tensor powers = shifted.exp();
                                    Tensor sum = powers.sum(a.dim(), true);
                                    Tensor log = sum.log();
                                    Tensor result = log.add(offset)) {
                                return AlongDim.result(result, c.outputDType(0), c.outputSizes(0));
                            }
                        })
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> {
                            long[] dim = g.attributes(LogsumexpAttributes.class).dim();
                            long[] sizes = g.inputSizes(0);
                            try (Tensor grad = AlongDim.wide(g.grad());
                                    Tensor y = AlongDim.wide(g.output(0));
                                    Tensor self = AlongDim.as(g.input(0), y.dtype());
                                    Tensor kept = Reductions.unreduced(y, sizes, dim);
                                    Tensor less = self.sub(kept);
                                    Tensor share = less.exp();
                                    Tensor whole = Reductions.unreduced(grad, sizes, dim)) {
                                g.set(0, share.mul(whole));
                            }
                        });
    }

    private static Tensor offset(Tensor wide, long[] dim) {
        if (Reductions.count(wide.sizes(), dim) == 0) {
            boolean[] named = Metas.named(dim, wide.dim());
            long[] sizes = Metas.reduced(wide.sizes(), named, true);
            return dev.keyway.Ops.zeros(wide.device(), wide.dtype(), sizes);
        }
        try (Tensor largest = wide.amax(dim, true);
                Tensor magnitude = largest.abs();
                Tensor infinite = magnitude.eq(Double.POSITIVE_INFINITY)) {
            return largest.maskedFill(infinite, Scalar.ZERO);
        }
    }
}
