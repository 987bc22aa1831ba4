// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;

/**
 * Memory that a kernel's launches pass results through, from the runtime.
 *
 * @param memory bytes
 * @param itemSize bytes of an element
 */
public record Workspace(Tensor memory, int itemSize) {
    /** For this many elements. */
    public static Workspace of(KernelCall call, long elements, int itemSize) {
        return new Workspace(call.workspace(elements * itemSize), itemSize);
    }
}
