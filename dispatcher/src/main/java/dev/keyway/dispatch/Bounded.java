// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;

/** Results whose size along dimension 0 the kernel wrote. */
final class Bounded {
    private Bounded() {}

    /** The number that the kernel wrote; waits for the device. */
    static long read(TensorImpl count) {
        return HostCopies.item(count).longValue();
    }

    /** The first rows as a tensor of their own, so that the bound's memory is free again. */
    static TensorImpl cut(KeywayRuntime runtime, ThreadState state, TensorImpl all, long rows) {
        if (rows < 0 || rows > all.sizes[0]) {
            throw new KeywayException(
                    "a kernel of "
                            + all.deviceImpl().plugin()
                            + " wrote "
                            + rows
                            + " rows of at most "
                            + all.sizes[0]);
        }
        if (rows == all.sizes[0]) {
            return all;
        }
        long[] sizes = all.sizes.clone();
        sizes[0] = rows;
        TensorImpl exact = runtime.allocate(all.deviceImpl(), all.dtype, sizes);
        if (exact.numel > 0) {
            TensorImpl rowsOfAll = all.borrow(sizes, all.strides, all.storageOffset);
            try {
                runtime.primitives.copy(state, exact, rowsOfAll);
            } catch (RuntimeException | Error e) {
                exact.close();
                throw e;
            }
        }
        all.close();
        return exact;
    }
}
