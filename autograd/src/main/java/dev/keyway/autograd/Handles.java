// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.dispatch.TensorImpl;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Handles of gradients. */
final class Handles {
    private Handles() {}

    /** A further handle of the tensor with its history. */
    static Tensor share(Tensor tensor) {
        TensorImpl given = (TensorImpl) tensor;
        TensorImpl shared = given.detachedAlias();
        GradState state = GradState.of(given);
        if (state != null && state.requiresGrad()) {
            shared.setAutograd(GradState.of(state.edge(given), shared.version()));
        }
        return shared;
    }

    /** Sums broadcast dimensions away and converts; takes the gradient over. */
    static Tensor fit(Tensor gradient, long[] sizes, DType dtype) {
        Tensor result = gradient;
        try {
            if (!Arrays.equals(gradient.sizes(), sizes)) {
                result = replace(result, reduce(result, sizes));
            }
            if (result.dtype() != dtype) {
                result = replace(result, result.to(dtype));
            }
            return result;
        } catch (RuntimeException | Error e) {
            result.close();
            throw e;
        }
    }

    private static Tensor replace(Tensor old, Tensor made) {
        if (old != made) {
            old.close();
        }
        return made;
    }

    private static Tensor reduce(Tensor gradient, long[] sizes) {
        int lead = gradient.dim() - sizes.length;
        long[] dims = new long[gradient.dim()];
        int count = 0;
        for (int d = 0; d < gradient.dim(); d++) {
            if (d < lead || (sizes[d - lead] == 1 && gradient.size(d) != 1)) {
                dims[count++] = d;
            }
        }
        if (count == 0) {
            return gradient.reshape(sizes);
        }
        try (Tensor sum = gradient.sum(Arrays.copyOf(dims, count), true)) {
            return sum.reshape(sizes);
        }
    }

    static void close(@Nullable Tensor tensor) {
        if (tensor != null) {
            tensor.close();
        }
    }
}
