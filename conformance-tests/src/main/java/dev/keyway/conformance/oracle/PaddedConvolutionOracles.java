// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Convolution after zeros were put around the input: as many as keep its size, or none. */
@AutoService(OracleFamily.class)
public final class PaddedConvolutionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public PaddedConvolutionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (int rank = 1; rank <= 3; rank++) {
            table.add(
                    "conv" + rank + "d.padding", Oracle.single(PaddedConvolutionOracles::compute));
        }
    }

    private static Expected compute(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray weight = arguments.array("weight");
        boolean same = "same".equals(arguments.get("padding"));
        Map<String, @Nullable Object> plain = new HashMap<>();
        plain.put("input", same ? padded(input, weight, arguments.integers("dilation")) : input);
        plain.put("weight", weight);
        plain.put("bias", arguments.optionalArray("bias"));
        plain.put("stride", arguments.integers("stride"));
        plain.put("padding", new long[weight.rank() - 2]);
        plain.put("dilation", arguments.integers("dilation"));
        plain.put("groups", arguments.integer("groups"));
        return ConvolutionOracles.forward(new Arguments(plain));
    }

    /** Half of the zeros in front, rounded down. */
    private static HostArray padded(HostArray input, HostArray weight, long[] dilation) {
        int rank = weight.rank() - 2;
        int lead = input.rank() - rank;
        long[] shape = input.shape();
        long[] front = new long[shape.length];
        for (int d = 0; d < rank; d++) {
            long all =
                    (dilation.length == 1 ? dilation[0] : dilation[d]) * (weight.size(d + 2) - 1);
            front[lead + d] = all / 2;
            shape[lead + d] += all;
        }
        int[] from = new int[Shapes.numel(shape)];
        for (int i = 0; i < from.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            boolean inside = true;
            for (int d = 0; d < at.length; d++) {
                at[d] -= front[d];
                inside &= at[d] >= 0 && at[d] < input.size(d);
            }
            from[i] = inside ? Shapes.linear(at, input.shape()) : -1;
        }
        return input.type().isFloating()
                ? HostArray.ofReals(input.type(), shape, i -> from[i] < 0 ? 0 : input.real(from[i]))
                : HostArray.ofIntegers(
                        input.type(), shape, i -> from[i] < 0 ? 0 : input.integer(from[i]));
    }
}
