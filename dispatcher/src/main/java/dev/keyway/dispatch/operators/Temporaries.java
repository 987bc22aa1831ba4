// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Closes the tensors that a composite or gradient formula makes on its way. Of one thread. */
final class Temporaries implements AutoCloseable {
    private List<Tensor> made = List.of();

    /** Closes the tensor at the end; returns it. */
    Tensor keep(Tensor tensor) {
        if (made.isEmpty()) {
            made = new ArrayList<>(4);
        }
        made.add(tensor);
        return tensor;
    }

    /** The tensor in the dtype; a conversion is closed at the end. */
    Tensor converted(Tensor tensor, DType dtype) {
        return tensor.dtype() == dtype ? tensor : keep(tensor.to(dtype));
    }

    /** The tensor in the dtype in which its dtype is computed. */
    Tensor wide(Tensor tensor) {
        return converted(tensor, Metas.wide(tensor.dtype()));
    }

    @Override
    public void close() {
        for (int i = 0; i < made.size(); i++) {
            made.get(i).close();
        }
    }
}
