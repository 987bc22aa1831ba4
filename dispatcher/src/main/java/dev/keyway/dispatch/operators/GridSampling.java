// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AffineGridGeneratorAttributes;
import dev.keyway.attributes.GridSampler2dAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.List;

/**
 * Picking from images at places of a grid, whose coordinates go from -1 to 1 (Jaderberg and others,
 * "Spatial Transformer Networks", 2015), and grids of affine maps. Interpolation is 0 bilinear or 1
 * nearest; the border is 0 zeros, 1 the edge, 2 mirrored.
 */
@AutoService(OperatorFamily.class)
public final class GridSampling implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(sampler(), affine());
    }

    private static OperatorDefinition sampler() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.GRID_SAMPLER_2D,
                        m -> {
                            check(m, m.attributes(GridSampler2dAttributes.class));
                            Tensor input = m.input(0);
                            Tensor grid = m.input(1);
                            m.compute(Metas.wide(input.dtype()));
                            m.output(
                                    0,
                                    input.dtype(),
                                    new long[] {
                                        input.size(0), input.size(1), grid.size(1), grid.size(2)
                                    });
                        });
        return Wide.single(
                definition,
                (c, inputs) ->
                        sample(
                                c.attributes(GridSampler2dAttributes.class),
                                Inputs.get(inputs, 0),
                                Inputs.get(inputs, 1)));
    }

    private static void check(MetaContext m, GridSampler2dAttributes a) {
        DType dtype = Checks.floating(m, 0, "input");
        Checks.dtype(m, 1, "grid", dtype);
        Tensor input = m.input(0);
        Tensor grid = m.input(1);
        if (input.dim() != 4 || input.size(2) == 0 || input.size(3) == 0) {
            throw Checks.wrongShape(m, 0, "input", "[n, channels, height, width], not empty");
        }
        if (grid.dim() != 4 || grid.size(0) != input.size(0) || grid.size(3) != 2) {
            throw Checks.wrongShape(m, 1, "grid", "[n, height, width, 2] with the input's n");
        }
        if (a.interpolationMode() < 0 || a.interpolationMode() > 2) {
            throw m.error(
                    "argument 'interpolation_mode' is "
                            + a.interpolationMode()
                            + ", expected 0 (bilinear), 1 (nearest) or 2 (bicubic)");
        }
        if (a.paddingMode() < 0 || a.paddingMode() > 2) {
            throw m.error(
                    "argument 'padding_mode' is "
                            + a.paddingMode()
                            + ", expected 0 (zeros), 1 (border) or 2 (reflection)");
        }
    }

    private static Tensor sample(GridSampler2dAttributes a, Tensor input, Tensor grid) {
        if (a.interpolationMode() == 2) {
            return CubicSampling.sample(a, input, grid);
        }
        try (Tensor gx = grid.select(3, 0);
                Tensor gy = grid.select(3, 1);
                Tensor x = GridPlaces.pixels(gx, input.size(3), a.paddingMode(), a.alignCorners());
                Tensor y =
                        GridPlaces.pixels(gy, input.size(2), a.paddingMode(), a.alignCorners())) {
            if (a.interpolationMode() == 1) {
                try (Tensor column = x.round();
                        Tensor row = y.round()) {
                    return picked(input, column, row);
                }
            }
            try (Tensor left = GridPlaces.floor(x);
                    Tensor top = GridPlaces.floor(y);
                    Tensor right = left.add(1L);
                    Tensor bottom = top.add(1L);
                    Tensor fx = x.sub(left);
                    Tensor fy = y.sub(top);
                    Tensor ex = right.sub(x);
                    Tensor ey = bottom.sub(y);
                    Tensor a00 = corner(input, left, top, ex, ey);
                    Tensor a01 = corner(input, right, top, fx, ey);
                    Tensor a10 = corner(input, left, bottom, ex, fy);
                    Tensor a11 = corner(input, right, bottom, fx, fy);
                    Tensor upper = a00.add(a01);
                    Tensor lower = a10.add(a11)) {
                return upper.add(lower);
            }
        }
    }

    private static Tensor corner(Tensor input, Tensor x, Tensor y, Tensor wx, Tensor wy) {
        try (Tensor values = picked(input, x, y);
                Tensor weight = wx.mul(wy);
                Tensor channels = weight.unsqueeze(1)) {
            return values.mul(channels);
        }
    }

    /** The pixels at whole coordinates {@code [n, h, w]}; 0 outside. */
    static Tensor picked(Tensor input, Tensor x, Tensor y) {
        long height = input.size(2);
        long width = input.size(3);
        long places = x.numel() / Math.max(1, x.size(0));
        try (Tensor inside = GridPlaces.inside(x, width);
                Tensor within = GridPlaces.inside(y, height);
                Tensor both = inside.bitwiseAnd(within);
                Tensor outside = both.logicalNot();
                Tensor column = GridPlaces.index(x, outside);
                Tensor row = GridPlaces.index(y, outside);
                Tensor offset = row.mul(width);
                Tensor index = offset.add(column);
                Tensor list = index.reshape(x.size(0), 1, places);
                Tensor every = list.expand(x.size(0), input.size(1), places);
                Tensor pixels = input.reshape(x.size(0), input.size(1), height * width);
                Tensor flat = pixels.gather(2, every);
                Tensor shaped = flat.view(x.size(0), input.size(1), x.size(1), x.size(2));
                Tensor mask = outside.unsqueeze(1)) {
            return shaped.maskedFill(mask, 0L);
        }
    }

    private static OperatorDefinition affine() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.AFFINE_GRID_GENERATOR,
                        m -> {
                            var a = m.attributes(AffineGridGeneratorAttributes.class);
                            DType dtype = Checks.floating(m, 0, "theta");
                            long[] size = a.size();
                            if (size.length != 4 && size.length != 5) {
                                throw m.error(
                                        "argument 'size' needs 4 numbers [n, c, h, w] or 5, got "
                                                + size.length);
                            }
                            int rank = size.length - 2;
                            Checks.shape(m, 0, "theta", size[0], rank, rank + 1);
                            long[] out = new long[size.length];
                            out[0] = size[0];
                            System.arraycopy(size, 2, out, 1, rank);
                            out[rank + 1] = rank;
                            m.compute(Metas.wide(dtype));
                            m.output(0, dtype, out);
                        });
        return Wide.single(definition, (c, inputs) -> grid(c, Inputs.get(inputs, 0)));
    }

    /** The regular grid with a 1 for the offset, times each map. */
    private static Tensor grid(CompositeContext c, Tensor theta) {
        var a = c.attributes(AffineGridGeneratorAttributes.class);
        try (Tensor base = GridPlaces.regular(theta, a.size(), a.alignCorners());
                Tensor turned = theta.transpose(1, 2);
                Tensor product = base.matmul(turned)) {
            return product.view(c.outputSizes(0));
        }
    }
}
