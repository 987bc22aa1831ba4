// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Layer, root mean square, group and instance normalization. */
@AutoService(OracleFamily.class)
public final class LayerNormalizationOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public LayerNormalizationOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("native_layer_norm", a -> layer(a, true));
        table.add("layer_norm", a -> layer(a, true).subList(0, 1));
        table.add("_fused_rms_norm", a -> layer(a, false));
        table.add("rms_norm", a -> layer(a, false).subList(0, 1));
        table.add("group_norm", Oracle.single(LayerNormalizationOracles::group));
        table.add("instance_norm", InstanceNormalizationOracle::compute);
        table.add("native_layer_norm_backward", a -> LayerNormalizationGradient.compute(a, true));
        table.add("_fused_rms_norm_backward", a -> LayerNormalizationGradient.compute(a, false));
    }

    /** Consecutive elements as rows. */
    static int[] row(int index, int width) {
        int[] members = new int[width];
        java.util.Arrays.setAll(members, i -> index * width + i);
        return members;
    }

    static double parameter(@Nullable HostArray values, int i, double absent) {
        return values == null ? absent : values.real(i);
    }

    private static double eps(Arguments arguments, ElementType type) {
        if (arguments.get("eps") != null) {
            return arguments.real("eps");
        }
        return 2 * type.computeType().unitRoundoff();
    }

    private static List<Expected> layer(Arguments arguments, boolean centred) {
        HostArray input = arguments.array("input");
        long[] normalized = arguments.integers("normalized_shape");
        int width = Shapes.numel(normalized);
        ElementType type = input.type();
        RowStatistics[] rows = new RowStatistics[width == 0 ? 0 : input.numel() / width];
        for (int r = 0; r < rows.length; r++) {
            rows[r] =
                    RowStatistics.of(
                            input,
                            row(r, width),
                            eps(arguments, type),
                            centred,
                            Rounded.unit(type));
        }
        long[] shape = input.shape();
        for (int d = shape.length - normalized.length; d < shape.length; d++) {
            shape[d] = 1;
        }
        ElementType wide = type.computeType();
        HostArray bias = centred ? arguments.optionalArray("bias") : null;
        List<Expected> results = new ArrayList<>();
        results.add(
                normalized(
                        input,
                        rows,
                        i -> i / width,
                        i -> i % width,
                        arguments.optionalArray("weight"),
                        bias));
        if (centred) {
            results.add(
                    Expected.within(wide, shape, r -> rows[r].mean(), r -> rows[r].meanError()));
        }
        results.add(
                Expected.within(
                        wide,
                        shape,
                        r -> rows[r].rstd(),
                        r -> rows[r].rstd() * rows[r].rstdError()));
        return results;
    }

    /** Each element with the statistics of its row and the parameters at its place. */
    static Expected normalized(
            HostArray input,
            RowStatistics[] rows,
            IntUnaryOperator row,
            IntUnaryOperator place,
            @Nullable HostArray weight,
            @Nullable HostArray bias) {
        double[] values = new double[input.numel()];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            RowStatistics of = rows[row.applyAsInt(i)];
            double w = parameter(weight, place.applyAsInt(i), 1);
            double b = parameter(bias, place.applyAsInt(i), 0);
            values[i] = of.normalized(input.real(i), w, b);
            bounds[i] = of.normalizedError(input.real(i), w, b);
        }
        return Rounded.of(input.type(), input.shape(), values, bounds);
    }

    private static Expected group(Arguments arguments) {
        HostArray input = arguments.array("input");
        int groups = (int) arguments.integer("num_groups");
        int perImage = input.size(0) == 0 ? 0 : input.numel() / input.size(0);
        int width = perImage / groups;
        int pixels = perImage / Math.max(1, input.size(1));
        RowStatistics[] rows = new RowStatistics[input.size(0) * groups];
        for (int r = 0; r < rows.length; r++) {
            rows[r] =
                    RowStatistics.of(
                            input,
                            row(r, width),
                            arguments.real("eps"),
                            true,
                            Rounded.unit(input.type()));
        }
        return normalized(
                input,
                rows,
                i -> i / width,
                i -> i / pixels % input.size(1),
                arguments.optionalArray("weight"),
                arguments.optionalArray("bias"));
    }
}
