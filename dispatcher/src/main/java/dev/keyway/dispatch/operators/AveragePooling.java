// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AvgPool1dAttributes;
import dev.keyway.attributes.AvgPool2dAttributes;
import dev.keyway.attributes.AvgPool3dAttributes;
import dev.keyway.attributes.LpPool1dAttributes;
import dev.keyway.attributes.LpPool2dAttributes;
import dev.keyway.attributes.LpPool3dAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Means and p-norms of windows. */
@AutoService(OperatorFamily.class)
public final class AveragePooling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                average(Schemas.AVG_POOL1D, 1),
                average(Schemas.AVG_POOL2D, 2),
                average(Schemas.AVG_POOL3D, 3),
                norm(Schemas.LP_POOL1D, 1),
                norm(Schemas.LP_POOL2D, 2),
                norm(Schemas.LP_POOL3D, 3));
    }

    private static boolean countsPadding(Attributes given) {
        return switch (given) {
            case AvgPool1dAttributes a -> a.countIncludePad();
            case AvgPool2dAttributes a -> a.countIncludePad();
            case AvgPool3dAttributes a -> a.countIncludePad();
            default -> true;
        };
    }

    private static @Nullable Long divisor(Attributes given) {
        return switch (given) {
            case AvgPool2dAttributes a -> a.divisorOverride();
            case AvgPool3dAttributes a -> a.divisorOverride();
            default -> null;
        };
    }

    private static Scalar exponent(Attributes given) {
        return switch (given) {
            case LpPool1dAttributes a -> a.normType();
            case LpPool2dAttributes a -> a.normType();
            case LpPool3dAttributes a -> a.normType();
            default -> throw new IllegalArgumentException(given + " is of no pooling");
        };
    }

    private static void meta(MetaContext m, int rank) {
        long[] out = PoolingArguments.of(m.attributes(), rank).output(m);
        DType dtype = m.input(0).dtype();
        if (!dtype.isFloating() && dtype != DType.I64) {
            throw m.error(
                    "argument 'self' has dtype "
                            + dtype
                            + ", expected a floating dtype or i64; convert with to(dtype)");
        }
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, out);
    }

    private static OperatorDefinition average(OperatorSchema schema, int rank) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        schema,
                        m -> {
                            meta(m, rank);
                            Long divisor = divisor(m.attributes());
                            if (divisor != null && divisor == 0) {
                                throw m.error("argument 'divisor_override' is 0");
                            }
                        });
        return Wide.single(definition, (c, inputs) -> mean(c, Inputs.get(inputs, 0), rank));
    }

    private static Tensor mean(CompositeContext c, Tensor self, int rank) {
        PoolingArguments a = PoolingArguments.of(c.attributes(), rank);
        long[] out = c.outputSizes(0);
        Long divisor = divisor(c.attributes());
        boolean padded = countsPadding(c.attributes());
        try (Tensor sums = WindowSums.of(self, a, out)) {
            if (divisor != null) {
                return quotient(sums, divisor);
            }
            if (padded && !WindowSums.hangsOver(self, a, out)) {
                return quotient(sums, Metas.product(a.kernel()));
            }
            try (Tensor counts = WindowSums.counts(self, a, out, padded)) {
                return sums.dtype().isFloating() ? sums.div(counts) : truncated(sums, counts);
            }
        }
    }

    private static Tensor quotient(Tensor sums, long divisor) {
        if (sums.dtype().isFloating()) {
            return sums.div((double) divisor);
        }
        try (Tensor by = dev.keyway.Ops.fullLike(sums, divisor)) {
            return truncated(sums, by);
        }
    }

    /** Integer division as C++ has it, towards zero. */
    private static Tensor truncated(Tensor sums, Tensor by) {
        try (Tensor size = sums.abs();
                Tensor divisor = by.abs();
                Tensor whole = size.floorDivide(divisor);
                Tensor one = sums.sign();
                Tensor two = by.sign();
                Tensor sign = one.mul(two)) {
            return whole.mul(sign);
        }
    }

    private static OperatorDefinition norm(OperatorSchema schema, int rank) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        schema,
                        m -> {
                            meta(m, rank);
                            Checks.floating(m, 0, "self");
                        });
        return Wide.single(definition, (c, inputs) -> norm(c, Inputs.get(inputs, 0), rank));
    }

    /**
     * {@code (sum of x^p over the window)^(1/p)}, 0 where the sum is negative; a window that hangs
     * over counts for its missing part as PyTorch's: the mean of what it has, times the kernel.
     */
    private static Tensor norm(CompositeContext c, Tensor self, int rank) {
        PoolingArguments a = PoolingArguments.of(c.attributes(), rank);
        long[] out = c.outputSizes(0);
        Scalar p = exponent(c.attributes());
        try (Tensor powers = self.pow(p);
                Tensor sums = WindowSums.of(powers, a, out);
                Tensor scaled = scaled(sums, self, a, out);
                Tensor positive = scaled.relu()) {
            return positive.pow(1 / p.doubleValue());
        }
    }

    private static Tensor scaled(Tensor sums, Tensor self, PoolingArguments a, long[] out) {
        if (!WindowSums.hangsOver(self, a, out)) {
            return sums.view(out);
        }
        try (Tensor counts = WindowSums.counts(self, a, out, true);
                Tensor mean = sums.div(counts)) {
            return mean.mul((double) Metas.product(a.kernel()));
        }
    }
}
