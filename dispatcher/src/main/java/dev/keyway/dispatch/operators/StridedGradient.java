// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.AsStridedAttributes;
import dev.keyway.operator.GradientContext;

/**
 * The gradient of {@code as_strided}: adds each element's gradient at its place in a flat buffer as
 * large as the part of the storage in question, then reads the buffer with the input's geometry.
 */
final class StridedGradient {
    private StridedGradient() {}

    static void backward(GradientContext g) {
        AsStridedAttributes a = g.attributes(AsStridedAttributes.class);
        Tensor grad = g.grad();
        Long given = a.storageOffset();
        long inputOffset = g.inputStorageOffset(0);
        long offset = given == null ? inputOffset : given;
        long low = Math.min(inputOffset, offset);
        long extent =
                Math.max(
                                end(inputOffset, g.inputSizes(0), g.inputStrides(0)),
                                end(offset, a.size(), a.stride()))
                        - low;
        try (Tensor buffer = Ops.zeros(grad.device(), grad.dtype(), extent);
                Tensor all = Ops.arange(grad.device(), DType.I64, 0L, extent);
                Tensor places = all.asStrided(a.size(), a.stride(), offset - low);
                Tensor flatPlaces = places.reshape(-1L);
                Tensor flatGrad = grad.reshape(-1L);
                Tensor summed = buffer.scatterAdd(0, flatPlaces, flatGrad);
                Tensor read =
                        summed.asStrided(g.inputSizes(0), g.inputStrides(0), inputOffset - low)) {
            g.set(0, read.clone());
        }
    }

    private static long end(long offset, long[] sizes, long[] strides) {
        long last = offset;
        for (int d = 0; d < sizes.length; d++) {
            last += Math.max(sizes[d] - 1, 0) * strides[d];
        }
        return last + 1;
    }
}
