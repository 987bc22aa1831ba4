// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images of another size; one direction after the other. */
@AutoService(OperatorFamily.class)
public final class Upsampling implements OperatorFamily {
    private enum Mode {
        NEAREST,
        EXACT,
        LINEAR,
        CUBIC
    }

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                define(Schemas.UPSAMPLE_NEAREST1D, 1, Mode.NEAREST),
                define(Schemas.UPSAMPLE_NEAREST2D, 2, Mode.NEAREST),
                define(Schemas.UPSAMPLE_NEAREST3D, 3, Mode.NEAREST),
                define(Schemas._UPSAMPLE_NEAREST_EXACT1D, 1, Mode.EXACT),
                define(Schemas._UPSAMPLE_NEAREST_EXACT2D, 2, Mode.EXACT),
                define(Schemas._UPSAMPLE_NEAREST_EXACT3D, 3, Mode.EXACT),
                define(Schemas.UPSAMPLE_LINEAR1D, 1, Mode.LINEAR),
                define(Schemas.UPSAMPLE_BILINEAR2D, 2, Mode.LINEAR),
                define(Schemas.UPSAMPLE_BICUBIC2D, 2, Mode.CUBIC),
                define(Schemas.UPSAMPLE_TRILINEAR3D, 3, Mode.LINEAR));
    }

    private static OperatorDefinition define(OperatorSchema schema, int rank, Mode mode) {
        OperatorDefinition definition = OperatorDefinition.of(schema, m -> meta(m, rank, mode));
        return Wide.single(
                definition, (c, inputs) -> compute(c, Inputs.get(inputs, 0), rank, mode));
    }

    private static void meta(MetaContext m, int rank, Mode mode) {
        UpsamplingArguments a = UpsamplingArguments.of(m.attributes());
        Tensor self = m.input(0);
        DType dtype = self.dtype();
        boolean picks = mode == Mode.NEAREST || mode == Mode.EXACT;
        if (!dtype.isFloating() && !(picks && dtype == DType.U8)) {
            throw m.error(
                    "argument 'self' has dtype "
                            + dtype
                            + ", expected a floating dtype"
                            + (picks ? " or u8" : "")
                            + "; convert with to(dtype)");
        }
        if (a.size().length != rank) {
            throw m.error("argument 'output_size' needs " + rank + " numbers");
        }
        Checks.list(m, "output_size", a.size(), rank, 1);
        boolean right = self.dim() == rank + 2;
        for (int d = 1; right && d < self.dim(); d++) {
            right = self.size(d) > 0;
        }
        if (!right) {
            throw Checks.wrongShape(
                    m, 0, "self", rank + 2 + " dimensions, all but the first not empty");
        }
        long[] out = self.sizes();
        System.arraycopy(a.size(), 0, out, 2, rank);
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, out);
    }

    private static Tensor compute(CompositeContext c, Tensor self, int rank, Mode mode) {
        UpsamplingArguments a = UpsamplingArguments.of(c.attributes());
        boolean single = self.dtype() != DType.F64;
        Tensor current = self.view(self.sizes());
        for (int d = rank - 1; d >= 0; d--) {
            Double scale = a.scales()[d];
            try (Tensor old = current) {
                current =
                        taps(old.size(d + 2), a.size()[d], a.align(), scale, single, mode)
                                .apply(old, d + 2);
            }
        }
        return current;
    }

    private static Taps taps(
            long in, long out, boolean align, @Nullable Double scale, boolean single, Mode mode) {
        return switch (mode) {
            case NEAREST -> Taps.nearest(in, out, scale, false);
            case EXACT -> Taps.nearest(in, out, scale, true);
            case LINEAR -> Taps.linear(in, out, align, scale, single);
            case CUBIC -> Taps.cubic(in, out, align, scale, single);
        };
    }
}
