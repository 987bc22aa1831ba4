// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A tensor of both sides.
 *
 * @param ours Keyway's
 * @param theirs the memory that libtorch's tensor has: {@code ours} for what is only read, another
 *     of the same shape for what is written
 * @param cell libtorch's tensor object: a pointer
 */
record Operand(Tensor ours, Tensor theirs, MemorySegment cell) {
    /** Whether both sides write it. */
    boolean isResult() {
        return ours != theirs;
    }
}
