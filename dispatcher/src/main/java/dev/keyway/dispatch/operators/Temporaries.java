// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The tensors between a formula's arguments and its result; closes them. Of one thread. */
final class Temporaries implements AutoCloseable {
    private final List<Tensor> made = new ArrayList<>();

    /** Closes the tensor at the end. */
    Tensor of(Tensor tensor) {
        made.add(tensor);
        return tensor;
    }

    /** The tensor in the dtype. */
    Tensor to(Tensor tensor, DType dtype) {
        return tensor.dtype() == dtype ? tensor : of(tensor.to(dtype));
    }

    /** The tensor in the dtype in which its dtype is computed. */
    Tensor wide(Tensor tensor) {
        return to(tensor, Metas.wide(tensor.dtype()));
    }

    @Override
    public void close() {
        made.forEach(Tensor::close);
    }
}
