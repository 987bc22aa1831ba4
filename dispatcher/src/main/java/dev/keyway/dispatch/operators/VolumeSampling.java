// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.GridSampler3dAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.List;

/** Elements of volumes at the places of a grid, between their eight neighbours or the nearest. */
@AutoService(OperatorFamily.class)
public final class VolumeSampling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.GRID_SAMPLER_3D, VolumeSampling::meta);
        return List.of(
                Wide.single(
                        definition,
                        (c, inputs) ->
                                sample(
                                        c.attributes(GridSampler3dAttributes.class),
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1))));
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(GridSampler3dAttributes.class);
        DType dtype = Checks.floating(m, 0, "input");
        Checks.dtype(m, 1, "grid", dtype);
        Tensor input = m.input(0);
        Tensor grid = m.input(1);
        if (input.dim() != 5 || input.size(2) * input.size(3) * input.size(4) == 0) {
            throw Checks.wrongShape(
                    m, 0, "input", "[n, channels, depth, height, width], not empty");
        }
        if (grid.dim() != 5 || grid.size(0) != input.size(0) || grid.size(4) != 3) {
            throw Checks.wrongShape(
                    m, 1, "grid", "[n, depth, height, width, 3] with the input's n");
        }
        if (a.interpolationMode() < 0 || a.interpolationMode() > 1) {
            throw m.error(
                    "argument 'interpolation_mode' is "
                            + a.interpolationMode()
                            + ", expected 0 (trilinear) or 1 (nearest)");
        }
        if (a.paddingMode() < 0 || a.paddingMode() > 2) {
            throw m.error(
                    "argument 'padding_mode' is "
                            + a.paddingMode()
                            + ", expected 0 (zeros), 1 (border) or 2 (reflection)");
        }
        m.compute(Metas.wide(dtype));
        m.output(
                0,
                dtype,
                new long[] {
                    input.size(0), input.size(1), grid.size(1), grid.size(2), grid.size(3)
                });
    }

    private static Tensor sample(GridSampler3dAttributes a, Tensor input, Tensor grid) {
        try (Temporaries t = new Temporaries()) {
            Tensor[] at = new Tensor[3];
            for (int d = 0; d < 3; d++) {
                Tensor line = t.keep(grid.select(4, 2 - d));
                long size = input.size(2 + d);
                at[d] = t.keep(GridPlaces.pixels(line, size, a.paddingMode(), a.alignCorners()));
            }
            if (a.interpolationMode() == 1) {
                for (int d = 0; d < 3; d++) {
                    at[d] = t.keep(at[d].round());
                }
                return picked(t, input, at);
            }
            return between(t, input, at);
        }
    }

    private static Tensor between(Temporaries t, Tensor input, Tensor[] at) {
        Tensor[][] ends = new Tensor[3][2];
        Tensor[][] weights = new Tensor[3][2];
        for (int d = 0; d < 3; d++) {
            ends[d][0] = t.keep(GridPlaces.floor(at[d]));
            ends[d][1] = t.keep(ends[d][0].add(1L));
            weights[d][0] = t.keep(ends[d][1].sub(at[d]));
            weights[d][1] = t.keep(at[d].sub(ends[d][0]));
        }
        List<Tensor> parts = new ArrayList<>();
        for (int corner = 0; corner < 8; corner++) {
            int z = corner >> 2;
            int y = corner >> 1 & 1;
            int x = corner & 1;
            Tensor[] to = {ends[0][z], ends[1][y], ends[2][x]};
            Tensor values = t.keep(picked(t, input, to));
            Tensor weight = t.keep(t.keep(weights[0][z].mul(weights[1][y])).mul(weights[2][x]));
            parts.add(t.keep(values.mul(t.keep(weight.unsqueeze(1)))));
        }
        return CubicSampling.sum(t, parts);
    }

    /** The elements at whole coordinates {@code [n, d, h, w]}, z first; 0 outside. */
    private static Tensor picked(Temporaries t, Tensor input, Tensor[] at) {
        long n = input.size(0);
        long channels = input.size(1);
        long places = at[0].numel() / Math.max(1, n);
        Tensor inside = t.keep(GridPlaces.inside(at[0], input.size(2)));
        for (int d = 1; d < 3; d++) {
            inside = t.keep(inside.bitwiseAnd(t.keep(GridPlaces.inside(at[d], input.size(2 + d)))));
        }
        Tensor outside = t.keep(inside.logicalNot());
        Tensor index = t.keep(GridPlaces.index(at[0], outside));
        for (int d = 1; d < 3; d++) {
            Tensor whole = t.keep(GridPlaces.index(at[d], outside));
            index = t.keep(t.keep(index.mul(input.size(2 + d))).add(whole));
        }
        Tensor every = t.keep(t.keep(index.reshape(n, 1, places)).expand(n, channels, places));
        long volume = input.size(2) * input.size(3) * input.size(4);
        Tensor flat = t.keep(t.keep(input.reshape(n, channels, volume)).gather(2, every));
        long[] sizes = {n, channels, at[0].size(1), at[0].size(2), at[0].size(3)};
        return t.keep(flat.view(sizes)).maskedFill(t.keep(outside.unsqueeze(1)), 0L);
    }
}
