// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv1dPaddingAttributes;
import dev.keyway.attributes.Conv2dPaddingAttributes;
import dev.keyway.attributes.Conv3dPaddingAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution with the padding named: {@code valid} is none, {@code same} keeps the size; where it
 * is odd the end gets one more than the start.
 */
@AutoService(OperatorFamily.class)
public final class PaddedConvolutions implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                define(Schemas.CONV1D_PADDING, 1),
                define(Schemas.CONV2D_PADDING, 2),
                define(Schemas.CONV3D_PADDING, 3));
    }

    private record Given(long[] stride, String padding, long[] dilation, long groups) {
        static Given of(Attributes given, int rank) {
            Given plain =
                    switch (given) {
                        case Conv1dPaddingAttributes a ->
                                new Given(a.stride(), a.padding(), a.dilation(), a.groups());
                        case Conv2dPaddingAttributes a ->
                                new Given(a.stride(), a.padding(), a.dilation(), a.groups());
                        case Conv3dPaddingAttributes a ->
                                new Given(a.stride(), a.padding(), a.dilation(), a.groups());
                        default ->
                                throw new IllegalArgumentException(given + " is of no convolution");
                    };
            return new Given(
                    Windows.each(plain.stride, rank),
                    plain.padding,
                    Windows.each(plain.dilation, rank),
                    plain.groups);
        }

        boolean same() {
            return padding.equals("same");
        }

        /** What a direction gets at both ends together. */
        long all(Tensor weight, int direction) {
            return same() ? dilation[direction] * (weight.size(2 + direction) - 1) : 0;
        }
    }

    private static OperatorDefinition define(OperatorSchema schema, int rank) {
        return OperatorDefinition.of(schema, m -> meta(m, rank))
                .compositeSingle(
                        (c, inputs) ->
                                compute(
                                        Given.of(c.attributes(), rank),
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1),
                                        inputs.length > 2 ? inputs[2] : null,
                                        rank));
    }

    private static void meta(MetaContext m, int rank) {
        Given given = Given.of(m.attributes(), rank);
        if (!given.same() && !given.padding.equals("valid")) {
            throw m.error(
                    "argument 'padding' is '" + given.padding + "', expected 'valid' or 'same'");
        }
        if (given.same() && Arrays.stream(given.stride).anyMatch(s -> s != 1)) {
            throw m.error(
                    "argument 'stride' is "
                            + Arrays.toString(given.stride)
                            + ", expected 1 with padding 'same'");
        }
        DType dtype = Convolution.dtype(m);
        Tensor weight = m.input(1);
        if (weight.dim() != rank + 2) {
            throw Checks.wrongShape(m, 1, "weight", (rank + 2) + " dimensions");
        }
        long[] most = new long[rank];
        Arrays.setAll(most, d -> (given.all(weight, d) + 1) / 2);
        long[] out =
                new ConvolutionArguments(
                                given.stride, most, given.dilation, new long[0], given.groups)
                        .output(m, rank, false);
        for (int d = out.length - rank; given.same() && d < out.length; d++) {
            out[d] = m.input(0).size(d);
        }
        Checks.shape(m, 2, "bias", out[out.length - rank - 1]);
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, out);
    }

    private static Tensor compute(
            Given given, Tensor input, Tensor weight, @Nullable Tensor bias, int rank) {
        long[] both = new long[rank];
        long[] more = new long[2 * rank];
        for (int d = 0; d < rank; d++) {
            long all = given.all(weight, d);
            both[d] = all / 2;
            more[2 * (rank - 1 - d) + 1] = all % 2;
        }
        boolean odd = Arrays.stream(more).anyMatch(n -> n > 0);
        try (Tensor padded = odd ? Ops.constantPadNd(input, more) : input.view(input.sizes())) {
            long[] s = given.stride;
            long[] d = given.dilation;
            return switch (rank) {
                case 1 -> Ops.conv1d(padded, weight, bias, s, both, d, given.groups);
                case 2 -> Ops.conv2d(padded, weight, bias, s, both, d, given.groups);
                default -> Ops.conv3d(padded, weight, bias, s, both, d, given.groups);
            };
        }
    }
}
