// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.ChannelShuffleAttributes;
import dev.keyway.attributes.PixelShuffleAttributes;
import dev.keyway.attributes.PixelUnshuffleAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.List;

/**
 * Moving elements between channels and pixels (Shi and others, "Real-Time Single Image and Video
 * Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network", 2016, section 3.2).
 */
@AutoService(OperatorFamily.class)
public final class Rearrangement implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(pixelShuffle(), pixelUnshuffle(), channelShuffle());
    }

    private static long[] sizes(MetaContext m, String name, long factor) {
        if (m.input(0).dim() < 3) {
            throw Checks.wrongShape(m, 0, "self", "at least [channels, height, width]");
        }
        if (factor < 1) {
            throw m.error("argument '" + name + "' is " + factor + ", expected at least 1");
        }
        return m.input(0).sizes();
    }

    private static void divides(MetaContext m, long size, long by, String what) {
        if (size % by != 0) {
            throw Checks.wrongShape(m, 0, "self", what + " divisible by " + by);
        }
    }

    private static OperatorDefinition pixelShuffle() {
        return OperatorDefinition.of(
                        Schemas.PIXEL_SHUFFLE,
                        m -> {
                            long r = m.attributes(PixelShuffleAttributes.class).upscaleFactor();
                            long[] sizes = sizes(m, "upscale_factor", r);
                            int n = sizes.length;
                            divides(m, sizes[n - 3], r * r, "channels");
                            sizes[n - 3] /= r * r;
                            sizes[n - 2] *= r;
                            sizes[n - 1] *= r;
                            m.compute(m.input(0).dtype());
                            m.output(0, m.input(0).dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            long r = c.attributes(PixelShuffleAttributes.class).upscaleFactor();
                            long[] out = c.outputSizes(0);
                            int n = out.length;
                            long batch = PoolingArguments.planes(out, 3);
                            return moved(
                                    Inputs.get(inputs, 0),
                                    new long[] {
                                        batch, out[n - 3], r, r, out[n - 2] / r, out[n - 1] / r
                                    },
                                    new long[] {0, 1, 4, 2, 5, 3},
                                    out);
                        });
    }

    private static OperatorDefinition pixelUnshuffle() {
        return OperatorDefinition.of(
                        Schemas.PIXEL_UNSHUFFLE,
                        m -> {
                            long r = m.attributes(PixelUnshuffleAttributes.class).downscaleFactor();
                            long[] sizes = sizes(m, "downscale_factor", r);
                            int n = sizes.length;
                            divides(m, sizes[n - 2], r, "height");
                            divides(m, sizes[n - 1], r, "width");
                            sizes[n - 3] *= r * r;
                            sizes[n - 2] /= r;
                            sizes[n - 1] /= r;
                            m.compute(m.input(0).dtype());
                            m.output(0, m.input(0).dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            long r = c.attributes(PixelUnshuffleAttributes.class).downscaleFactor();
                            long[] out = c.outputSizes(0);
                            int n = out.length;
                            long batch = PoolingArguments.planes(out, 3);
                            return moved(
                                    Inputs.get(inputs, 0),
                                    new long[] {
                                        batch, out[n - 3] / r / r, out[n - 2], r, out[n - 1], r
                                    },
                                    new long[] {0, 1, 3, 5, 2, 4},
                                    out);
                        });
    }

    private static OperatorDefinition channelShuffle() {
        return OperatorDefinition.of(
                        Schemas.CHANNEL_SHUFFLE,
                        m -> {
                            long groups = m.attributes(ChannelShuffleAttributes.class).groups();
                            long[] sizes = sizes(m, "groups", groups);
                            divides(m, sizes[1], groups, "channels");
                            m.compute(m.input(0).dtype());
                            m.output(0, m.input(0).dtype(), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            long groups = c.attributes(ChannelShuffleAttributes.class).groups();
                            long[] out = c.outputSizes(0);
                            long pixels =
                                    Metas.product(PoolingArguments.spatial(out, out.length - 2));
                            return moved(
                                    Inputs.get(inputs, 0),
                                    new long[] {out[0], groups, out[1] / groups, pixels},
                                    new long[] {0, 2, 1, 3},
                                    out);
                        });
    }

    private static Tensor moved(Tensor self, long[] split, long[] order, long[] out) {
        try (Tensor parts = self.reshape(split);
                Tensor turned = parts.permute(order);
                Tensor dense = turned.clone()) {
            return dense.view(out);
        }
    }
}
