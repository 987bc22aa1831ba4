// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;

/** The contents of a storage that are still to be computed: a value of a {@link FusedGroup}. */
final class PutOff {
    final FusedGroup group;
    final TensorImpl tensor;
    private final boolean isNew;
    int value;

    /** The tensor fills its storage; it counts nothing. */
    PutOff(FusedGroup group, TensorImpl tensor, int value) {
        this.group = group;
        this.tensor = tensor;
        this.isNew = !tensor.storage.hasMemory();
        this.value = value;
    }

    /** Whether the tensor is all of the contents, in their order. */
    boolean isAll(TensorImpl other) {
        return other.contiguous
                && other.storageOffset == 0
                && other.dtype == tensor.dtype
                && Shapes.same(other.sizes, tensor.sizes);
    }

    /** Computing failed: who uses a new tensor is told; one that was there before stays usable. */
    void fail() {
        if (isNew) {
            tensor.storage.putOff(this);
        } else {
            tensor.storage.arrive();
        }
    }

    /** Has the contents computed. */
    void compute() {
        if (Thread.currentThread() != group.thread()) {
            throw new KeywayException(
                    "tensor "
                            + Shapes.describe(tensor)
                            + " was made inside fuse on thread "
                            + group.thread().getName()
                            + " and belongs to it until fuse returns; return it first");
        }
        group.compute();
    }
}
