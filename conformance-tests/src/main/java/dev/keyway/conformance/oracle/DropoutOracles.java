// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Dropout of channels, and of self-normalizing networks; each draws a number an element. */
@AutoService(OracleFamily.class)
public final class DropoutOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public DropoutOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("alpha_dropout", Oracle.single(a -> dropout(a, false, true)));
        table.add("feature_dropout", Oracle.single(a -> dropout(a, true, false)));
        table.add("feature_alpha_dropout", Oracle.single(a -> dropout(a, true, true)));
    }

    private static Expected dropout(Arguments arguments, boolean channels, boolean alpha) {
        HostArray input = arguments.array("input");
        double p = arguments.real("p");
        if (!arguments.flag("train") || p == 0) {
            return Expected.exactly(input);
        }
        long[] state = (long[]) arguments.get("generator");
        if (state == null) {
            throw new IllegalArgumentException("the case has no generator");
        }
        RandomBits bits = new RandomBits(state[0], state[1]);
        int each = channels ? input.numel() / input.size(0) / input.size(1) : 1;
        double[] values = new double[input.numel()];
        double[] bounds = new double[values.length];
        double u = Rounded.unit(input.type());
        for (int i = 0; i < values.length; i++) {
            boolean kept = p < 1 && bits.uniform(ElementType.F32, i / each) < 1 - p;
            double x = input.real(i);
            values[i] = alpha && p < 1 ? alpha(x, kept, p) : kept ? x / (1 - p) : 0;
            bounds[i] = alpha ? 12 * u * (Math.abs(x) + 4) : 4 * u * Math.abs(values[i]);
        }
        return Rounded.of(input.type(), input.shape(), values, bounds);
    }

    /** SELU's alpha' is its value far below zero. */
    private static double alpha(double x, boolean kept, double p) {
        double low = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717;
        double a = 1 / Math.sqrt((1 - p) * (1 + p * low * low));
        return a * (kept ? x : low) - a * p * low;
    }
}
