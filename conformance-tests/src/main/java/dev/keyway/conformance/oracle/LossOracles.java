// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Losses of scores [N, C] and classes [N], averaged over N. */
@AutoService(OracleFamily.class)
public final class LossOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public LossOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("nll_loss", Oracle.single(LossOracles::negativeLogLikelihood));
        table.add("cross_entropy", Oracle.single(LossOracles::crossEntropy));
    }

    private static Expected negativeLogLikelihood(Arguments arguments) {
        HostArray self = arguments.array("self");
        return average(self.type(), arguments.array("target"), self.size(1), self::real, i -> 0);
    }

    /** The negative log likelihood of the log softmax; its rounding errors average. */
    private static Expected crossEntropy(Arguments arguments) {
        HostArray self = arguments.array("self");
        Expected logits =
                Oracles.of("log_softmax")
                        .compute(
                                new Arguments(
                                        java.util.Map.<String, Object>of("self", self, "dim", 1L)))
                        .getFirst();
        return average(
                self.type(), arguments.array("target"), self.size(1), logits::value, logits::bound);
    }

    private interface PerElement {
        double of(int i);
    }

    private static Expected average(
            ElementType type, HostArray target, int classes, PerElement value, PerElement error) {
        Accumulator sum = new Accumulator();
        double errors = 0;
        for (int n = 0; n < target.numel(); n++) {
            int at = (int) (n * (long) classes + target.integer(n));
            sum.add(-value.of(at));
            errors += error.of(at);
        }
        double mean = sum.value() / target.numel();
        double rounding = Double.isFinite(mean) ? 2 * type.ulp(mean) : 0;
        double bound = (sum.bound(type) + errors) / Math.max(1, target.numel()) + rounding;
        return Expected.within(type, new long[0], i -> mean, i -> bound);
    }
}
