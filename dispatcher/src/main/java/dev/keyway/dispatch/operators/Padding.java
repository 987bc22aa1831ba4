// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.ConstantPadNdAttributes;
import dev.keyway.attributes.PadCircularAttributes;
import dev.keyway.attributes.ReflectionPad1dAttributes;
import dev.keyway.attributes.ReflectionPad2dAttributes;
import dev.keyway.attributes.ReflectionPad3dAttributes;
import dev.keyway.attributes.ReplicationPad1dAttributes;
import dev.keyway.attributes.ReplicationPad2dAttributes;
import dev.keyway.attributes.ReplicationPad3dAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Borders of a constant, of mirrored, of repeated edge and of opposite elements. */
@AutoService(OperatorFamily.class)
public final class Padding implements OperatorFamily {
    private enum Mode {
        REFLECT,
        REPLICATE,
        CIRCULAR;

        /** The position in [0, size) that stands at a position outside. */
        long source(long at, long size) {
            return switch (this) {
                case REFLECT -> at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
                case REPLICATE -> Math.clamp(at, 0, size - 1);
                case CIRCULAR -> Math.floorMod(at, size);
            };
        }
    }

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                constant(),
                edges(Schemas.REFLECTION_PAD1D, 1, Mode.REFLECT),
                edges(Schemas.REFLECTION_PAD2D, 2, Mode.REFLECT),
                edges(Schemas.REFLECTION_PAD3D, 3, Mode.REFLECT),
                edges(Schemas.REPLICATION_PAD1D, 1, Mode.REPLICATE),
                edges(Schemas.REPLICATION_PAD2D, 2, Mode.REPLICATE),
                edges(Schemas.REPLICATION_PAD3D, 3, Mode.REPLICATE),
                edges(Schemas._PAD_CIRCULAR, 0, Mode.CIRCULAR));
    }

    private static long[] pad(Attributes given) {
        return switch (given) {
            case ConstantPadNdAttributes a -> a.pad();
            case ReflectionPad1dAttributes a -> a.padding();
            case ReflectionPad2dAttributes a -> a.padding();
            case ReflectionPad3dAttributes a -> a.padding();
            case ReplicationPad1dAttributes a -> a.padding();
            case ReplicationPad2dAttributes a -> a.padding();
            case ReplicationPad3dAttributes a -> a.padding();
            case PadCircularAttributes a -> a.pad();
            default -> throw new IllegalArgumentException(given + " is of no padding");
        };
    }

    /** The sizes with the border; {@code pad} begins with the last dimension. */
    private static long[] output(MetaContext m, long[] pad) {
        long[] sizes = m.input(0).sizes();
        if (pad.length % 2 != 0 || pad.length > 2 * sizes.length) {
            throw m.error(
                    "padding "
                            + Arrays.toString(pad)
                            + " does not fit shape "
                            + Arrays.toString(sizes)
                            + "; two numbers are expected for each dimension from the last");
        }
        for (int i = 0; i < pad.length; i += 2) {
            int d = sizes.length - 1 - i / 2;
            sizes[d] += pad[i] + pad[i + 1];
            if (sizes[d] < 0) {
                throw m.error(
                        "padding "
                                + Arrays.toString(pad)
                                + " takes more away from shape "
                                + Arrays.toString(m.input(0).sizes())
                                + " than it has");
            }
        }
        return sizes;
    }

    private static OperatorDefinition constant() {
        return OperatorDefinition.of(
                        Schemas.CONSTANT_PAD_ND,
                        m -> {
                            m.compute(m.input(0).dtype());
                            m.output(0, m.input(0).dtype(), output(m, pad(m.attributes())));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(ConstantPadNdAttributes.class);
                            Tensor out = c.empty(c.dtype(), c.outputSizes(0));
                            c.fill(out, a.value());
                            copyInside(c, out, Inputs.get(inputs, 0), a.pad());
                            return out;
                        })
                .gradient(
                        Saved.NOTHING,
                        g -> {
                            long[] pad = pad(g.attributes()).clone();
                            Arrays.setAll(pad, i -> -pad[i]);
                            g.set(0, Ops.constantPadNd(g.grad(), pad));
                        });
    }

    private static void copyInside(CompositeContext c, Tensor out, Tensor self, long[] pad) {
        Tensor target = out.view(out.sizes());
        Tensor source = self.view(self.sizes());
        for (int i = 0; i < pad.length; i += 2) {
            int d = self.dim() - 1 - i / 2;
            long from = Math.max(0, -pad[i]);
            long to = Math.max(0, pad[i]);
            long count =
                    Math.max(
                            0,
                            Math.min(
                                    self.size(d) - from - Math.max(0, -pad[i + 1]),
                                    out.size(d) - to));
            try (Tensor oldTarget = target;
                    Tensor oldSource = source) {
                target = oldTarget.narrow(d, Math.min(to, out.size(d)), count);
                source = oldSource.narrow(d, Math.min(from, self.size(d)), count);
            }
        }
        try (Tensor to = target;
                Tensor from = source) {
            if (to.numel() > 0) {
                c.copy(to, from);
            }
        }
    }

    private static OperatorDefinition edges(OperatorSchema schema, int rank, Mode mode) {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        schema,
                        m -> {
                            check(m, rank, mode);
                            m.compute(Metas.wide(m.input(0).dtype()));
                            m.output(0, m.input(0).dtype(), output(m, pad(m.attributes())));
                        });
        return Wide.single(
                definition,
                (c, inputs) -> compute(Inputs.get(inputs, 0), pad(c.attributes()), mode));
    }

    private static void check(MetaContext m, int rank, Mode mode) {
        long[] pad = pad(m.attributes());
        Tensor self = m.input(0);
        int directions = rank == 0 ? pad.length / 2 : rank;
        if (pad.length != 2 * directions) {
            throw m.error(
                    "padding is " + Arrays.toString(pad) + ", expected " + 2 * rank + " numbers");
        }
        if (self.dim() != directions + 1 && self.dim() != directions + 2) {
            throw Checks.wrongShape(
                    m,
                    0,
                    "self",
                    directions + 2 + " dimensions, or " + (directions + 1) + " without batch");
        }
        for (int i = 0; i < pad.length; i++) {
            long size = self.size(self.dim() - 1 - i / 2);
            boolean fits =
                    switch (mode) {
                        case REFLECT -> pad[i] < size;
                        case REPLICATE -> size > 0 || pad[i] <= 0;
                        case CIRCULAR -> pad[i] <= size;
                    };
            if (!fits) {
                throw m.error(
                        "padding "
                                + Arrays.toString(pad)
                                + " is too large for shape "
                                + Arrays.toString(self.sizes()));
            }
        }
    }

    /** One direction after the other picks the elements. */
    private static Tensor compute(Tensor self, long[] pad, Mode mode) {
        Tensor current = self.view(self.sizes());
        boolean copied = false;
        for (int i = 0; i < pad.length; i += 2) {
            int d = self.dim() - 1 - i / 2;
            if (pad[i] == 0 && pad[i + 1] == 0) {
                continue;
            }
            long size = self.size(d);
            long[] sources = new long[Math.toIntExact(size + pad[i] + pad[i + 1])];
            for (int p = 0; p < sources.length; p++) {
                sources[p] = mode.source(p - pad[i], size);
            }
            try (Tensor old = current;
                    Tensor index = self.keyway().tensor(self.device(), sources, sources.length)) {
                current = old.indexSelect(d, index);
            }
            copied = true;
        }
        if (copied) {
            return current;
        }
        try (Tensor same = current) {
            return same.clone();
        }
    }
}
