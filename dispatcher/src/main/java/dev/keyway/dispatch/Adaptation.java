// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.AdaptationStatistics;
import dev.keyway.DType;
import java.util.concurrent.atomic.LongAdder;

/** Copies of arguments that a kernel can't take as they are, counted. */
final class Adaptation {
    private final KeywayRuntime runtime;
    private final LongAdder layoutCopies = new LongAdder();
    private final LongAdder dtypeCopies = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    Adaptation(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    /** The tensor, or a contiguous copy that the caller closes. */
    TensorImpl contiguous(ThreadState state, TensorImpl tensor) {
        if (tensor.contiguous) {
            return tensor;
        }
        return apart(state, tensor);
    }

    /**
     * The tensor, or a copy in the dtype that the caller closes: contiguous, or channels last as
     * the tensor is.
     */
    TensorImpl convert(ThreadState state, TensorImpl tensor, DType dtype) {
        if (tensor.dtype == dtype) {
            return tensor;
        }
        dtypeCopies.increment();
        boolean last = tensor.isChannelsLast();
        DeviceImpl device = tensor.deviceImpl();
        TensorImpl copy = runtime.allocate(device, dtype, tensor.sizes, null, last);
        return copy(state, copy, tensor);
    }

    /** A contiguous copy in memory of its own, which the caller closes. */
    TensorImpl apart(ThreadState state, TensorImpl tensor) {
        layoutCopies.increment();
        return copy(
                state, runtime.allocate(tensor.deviceImpl(), tensor.dtype, tensor.sizes), tensor);
    }

    private TensorImpl copy(ThreadState state, TensorImpl copy, TensorImpl tensor) {
        bytes.add(copy.nbytes());
        try {
            runtime.primitives.copy(state, copy, tensor);
            return copy;
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    AdaptationStatistics statistics() {
        return new AdaptationStatistics(layoutCopies.sum(), dtypeCopies.sum(), bytes.sum());
    }
}
