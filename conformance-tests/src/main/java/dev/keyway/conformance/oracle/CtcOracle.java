// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/**
 * Connectionist temporal classification as the sum over all paths, step by step; a path that can't
 * end has probability 0. The error is that of a sum of logarithms, one for each step.
 */
@AutoService(OracleFamily.class)
public final class CtcOracle implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CtcOracle() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("ctc_loss.IntList", Oracle.single(CtcOracle::loss));
    }

    private static Expected loss(Arguments arguments) {
        HostArray probs = arguments.array("log_probs");
        HostArray targets = arguments.array("targets");
        long[] inputs = arguments.integers("input_lengths");
        long[] lengths = arguments.integers("target_lengths");
        double u = probs.type().unitRoundoff();
        List<Approx> losses = new ArrayList<>();
        int start = 0;
        for (int n = 0; n < lengths.length; n++) {
            int[] labels = new int[2 * (int) lengths[n] + 1];
            for (int s = 0; s < labels.length; s++) {
                int at = targets.rank() == 2 ? n * targets.size(1) : start;
                labels[s] =
                        s % 2 == 0
                                ? (int) arguments.integer("blank")
                                : (int) targets.integer(at + s / 2);
            }
            start += (int) lengths[n];
            double value = -logarithm(probs, labels, n, lengths.length, (int) inputs[n]);
            if (value == Double.POSITIVE_INFINITY && arguments.flag("zero_infinity")) {
                value = 0;
            }
            double bound = inputs[n] * 40 * u * (1 + Math.abs(value));
            Approx loss = new Approx(value, Double.isFinite(value) ? bound : 0, u);
            boolean mean = arguments.integer("reduction") == 1;
            losses.add(mean ? loss.over(Math.max(1, lengths[n])) : loss);
        }
        long[] shape = probs.rank() == 3 ? new long[] {lengths.length} : new long[0];
        return Approx.reduced(probs.type(), shape, losses, arguments.integer("reduction"));
    }

    private static double logarithm(HostArray probs, int[] labels, int n, int batch, int steps) {
        int classes = probs.size(probs.rank() - 1);
        double[] paths = new double[labels.length];
        double scale = 0;
        for (int t = 0; t < steps; t++) {
            double[] next = new double[labels.length];
            double total = 0;
            for (int s = 0; s < labels.length; s++) {
                double ways = t == 0 ? (s < 2 ? 1 : 0) : paths[s];
                if (t > 0 && s > 0) {
                    ways += paths[s - 1];
                }
                boolean skips = t > 0 && s > 1 && s % 2 == 1 && labels[s] != labels[s - 2];
                ways += skips ? paths[s - 2] : 0;
                next[s] = ways * StrictMath.exp(probs.real((t * batch + n) * classes + labels[s]));
                total += next[s];
            }
            if (total == 0) {
                return Double.NEGATIVE_INFINITY;
            }
            for (int s = 0; s < labels.length; s++) {
                paths[s] = next[s] / total;
            }
            scale += StrictMath.log(total);
        }
        int last = labels.length - 1;
        return scale + StrictMath.log(paths[last] + (last > 0 ? paths[last - 1] : 0));
    }
}
