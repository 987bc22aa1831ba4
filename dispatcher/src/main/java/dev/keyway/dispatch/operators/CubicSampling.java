// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.GridSampler2dAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Sampling with cubic convolution over 4 by 4 pixels (Keys, "Cubic Convolution Interpolation for
 * Digital Image Processing", 1981, with -0.75). The border's rule holds for each of the pixels.
 */
final class CubicSampling {
    private static final double A = -0.75;

    private CubicSampling() {}

    static Tensor sample(GridSampler2dAttributes a, Tensor input, Tensor grid) {
        long padding = a.paddingMode();
        boolean align = a.alignCorners();
        try (Temporaries t = new Temporaries()) {
            Tensor x = t.keep(GridPlaces.plain(t.keep(grid.select(3, 0)), input.size(3), align));
            Tensor y = t.keep(GridPlaces.plain(t.keep(grid.select(3, 1)), input.size(2), align));
            Tensor left = t.keep(GridPlaces.floor(x));
            Tensor top = t.keep(GridPlaces.floor(y));
            Tensor[] across = weights(t, t.keep(x.sub(left)));
            Tensor[] down = weights(t, t.keep(y.sub(top)));
            List<Tensor> parts = new ArrayList<>();
            for (int row = 0; row < 4; row++) {
                Tensor above = t.keep(top.add((long) row - 1));
                Tensor at = t.keep(GridPlaces.bounded(above, input.size(2), padding, align));
                for (int column = 0; column < 4; column++) {
                    Tensor beside = t.keep(left.add((long) column - 1));
                    Tensor to = t.keep(GridPlaces.bounded(beside, input.size(3), padding, align));
                    Tensor pixels = t.keep(GridSampling.picked(input, to, at));
                    Tensor weight = t.keep(across[column].mul(down[row]));
                    parts.add(t.keep(pixels.mul(t.keep(weight.unsqueeze(1)))));
                }
            }
            return sum(t, parts);
        }
    }

    /** The sum of some tensors, in their order. */
    static Tensor sum(Temporaries t, List<Tensor> parts) {
        Tensor sum = parts.getFirst();
        for (Tensor part : parts.subList(1, parts.size())) {
            sum = t.keep(sum.add(part));
        }
        return sum.view(sum.sizes());
    }

    /** Of the pixels at -1, 0, 1 and 2 from the one below. */
    private static Tensor[] weights(Temporaries t, Tensor at) {
        Tensor rest = t.keep(t.keep(at.neg()).add(1L));
        return new Tensor[] {
            far(t, t.keep(at.add(1L))), near(t, at), near(t, rest), far(t, t.keep(rest.add(1L)))
        };
    }

    /** {@code ((A + 2) x - (A + 3)) x x + 1} for distances up to 1. */
    private static Tensor near(Temporaries t, Tensor x) {
        Tensor inner = t.keep(t.keep(x.mul(Scalar.of(A + 2))).sub(Scalar.of(A + 3)));
        return t.keep(t.keep(t.keep(inner.mul(x)).mul(x)).add(1L));
    }

    /** {@code ((A x - 5 A) x + 8 A) x - 4 A} for distances from 1 to 2. */
    private static Tensor far(Temporaries t, Tensor x) {
        Tensor inner = t.keep(t.keep(x.mul(Scalar.of(A))).sub(Scalar.of(5 * A)));
        Tensor outer = t.keep(t.keep(inner.mul(x)).add(Scalar.of(8 * A)));
        return t.keep(t.keep(outer.mul(x)).sub(Scalar.of(4 * A)));
    }
}
