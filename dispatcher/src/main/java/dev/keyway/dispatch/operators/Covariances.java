// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CovAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Covariances of variables, the rows, over observations, the columns; and correlations. Negative
 * weights are not looked for, as that would wait for the device.
 */
@AutoService(OperatorFamily.class)
public final class Covariances implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(cov(), corrcoef());
    }

    /** Of no more than two dimensions, and not bool; the result is a number for one variable. */
    private static void meta(MetaContext m) {
        Tensor self = m.input(0);
        if (self.dim() > 2) {
            throw Checks.wrongShape(m, 0, "self", "[variables, observations] or [observations]");
        }
        if (self.dtype() == DType.BOOL) {
            throw m.error("argument 'self' is bool; convert with to(dtype)");
        }
        DType dtype = Metas.floating(m.promote(null));
        long variables = self.dim() == 2 ? self.size(0) : 1;
        m.compute(Metas.wide(dtype));
        m.output(dtype, variables == 1 ? new long[0] : new long[] {variables, variables});
    }

    private static void weights(MetaContext m, int input, String name, boolean whole) {
        Tensor weights = input < m.inputCount() ? m.inputOrNull(input) : null;
        if (weights == null) {
            return;
        }
        Tensor self = m.input(0);
        long observations = self.dim() == 0 ? 1 : self.size(-1);
        if (weights.dim() > 1 || weights.numel() != observations) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(weights.sizes())
                            + ", expected one weight for each of "
                            + observations
                            + " observations");
        }
        if (whole ? !weights.dtype().isIntegral() : !weights.dtype().isFloating()) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + weights.dtype()
                            + ", expected "
                            + (whole ? "an integer" : "a floating")
                            + " dtype; convert with to(dtype)");
        }
    }

    private static OperatorDefinition cov() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.COV,
                        m -> {
                            weights(m, 1, "fweights", true);
                            weights(m, 2, "aweights", false);
                            meta(m);
                        });
        return Wide.single(
                definition,
                (c, inputs) -> {
                    long correction = c.attributes(CovAttributes.class).correction();
                    Tensor counts = inputs.length > 1 ? inputs[1] : null;
                    Tensor shares = inputs.length > 2 ? inputs[2] : null;
                    return covariance(Inputs.get(inputs, 0), correction, counts, shares);
                });
    }

    private static Tensor covariance(
            Tensor self, long correction, @Nullable Tensor counts, @Nullable Tensor shares) {
        try (Temporaries t = new Temporaries()) {
            long n = self.dim() == 0 ? 1 : self.size(-1);
            Tensor rows = t.keep(self.dim() == 2 ? self.view(self.sizes()) : self.reshape(1, n));
            Tensor weights = product(t, counts, shares, n);
            Tensor product;
            if (weights == null) {
                Tensor mean = t.keep(t.keep(rows.sum(new long[] {1}, true)).div(Scalar.of(n)));
                Tensor centred = t.keep(rows.sub(mean));
                Tensor sums = t.keep(centred.matmul(t.keep(centred.t())));
                product = t.keep(sums.div(Scalar.of((double) Math.max(n - correction, 0))));
            } else {
                Tensor all = t.keep(weights.sum());
                Tensor weighted = t.keep(rows.mul(weights));
                Tensor mean = t.keep(t.keep(weighted.sum(new long[] {1}, true)).div(all));
                Tensor centred = t.keep(rows.sub(mean));
                Tensor scaled = t.keep(centred.mul(weights));
                Tensor sums = t.keep(centred.matmul(t.keep(scaled.t())));
                Tensor lost = lost(t, weights, shares, all, correction);
                Tensor divisor = t.keep(t.keep(all.sub(lost)).clamp(Scalar.ZERO, null));
                product = t.keep(sums.div(divisor));
            }
            return rows.size(0) == 1 ? product.reshape() : product.view(product.sizes());
        }
    }

    /** Counts times shares, in one dimension; null without weights. */
    private static @Nullable Tensor product(
            Temporaries t, @Nullable Tensor counts, @Nullable Tensor shares, long n) {
        Tensor first = counts == null ? null : t.keep(counts.reshape(n));
        Tensor second = shares == null ? null : t.keep(shares.reshape(n));
        return first == null ? second : second == null ? first : t.keep(first.mul(second));
    }

    /** The degrees of freedom that the mean takes. */
    private static Tensor lost(
            Temporaries t, Tensor weights, @Nullable Tensor shares, Tensor all, long correction) {
        if (shares == null || correction == 0) {
            return t.keep(t.keep(all.mul(0L)).add(Scalar.of(correction)));
        }
        Tensor squares = t.keep(t.keep(weights.mul(t.keep(shares.reshape(weights.numel())))).sum());
        return t.keep(t.keep(squares.mul(Scalar.of(correction))).div(all));
    }

    /** Covariances divided by both deviations, and kept from -1 to 1. */
    private static OperatorDefinition corrcoef() {
        return Wide.single(
                OperatorDefinition.of(Schemas.CORRCOEF, Covariances::meta),
                (c, inputs) -> {
                    try (Temporaries t = new Temporaries()) {
                        Tensor cov = t.keep(covariance(Inputs.get(inputs, 0), 1, null, null));
                        if (cov.dim() == 0) {
                            return cov.div(cov);
                        }
                        Tensor deviations = t.keep(t.keep(cov.diagonal()).sqrt());
                        Tensor left = t.keep(cov.div(t.keep(deviations.unsqueeze(1))));
                        Tensor both = t.keep(left.div(t.keep(deviations.unsqueeze(0))));
                        return both.clamp(Scalar.of(-1L), Scalar.ONE);
                    }
                });
    }
}
