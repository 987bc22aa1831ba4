// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Closes the tensors that a composite or gradient formula makes on its way. Of one thread. */
final class Temporaries implements AutoCloseable {
    private final List<Tensor> kept = new ArrayList<>();

    /** Closes the tensor at the end; returns it. */
    Tensor keep(Tensor tensor) {
        kept.add(tensor);
        return tensor;
    }

    /** The tensor in the dtype; a conversion is closed at the end. */
    Tensor converted(Tensor tensor, DType dtype) {
        return tensor.dtype() == dtype ? tensor : keep(tensor.to(dtype));
    }

    @Override
    public void close() {
        kept.forEach(Tensor::close);
        kept.clear();
    }
}
