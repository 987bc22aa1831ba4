// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.Half;

/** Running mean or variance of a module, which keeps its own floating dtype. */
final class RunningStatistics {
    private RunningStatistics() {}

    /** The statistic of a channel. */
    static double get(Tensor running, int channel) {
        long address = running.address() + (long) running.dtype().itemSize() * channel;
        return switch (running.dtype()) {
            case F32 -> Memory.getFloat(address);
            case F64 -> Memory.getDouble(address);
            case F16 -> Float.float16ToFloat(Memory.getShort(address));
            case BF16 -> Half.bfloat16ToFloat(Memory.getShort(address));
            default -> throw unsupported(running);
        };
    }

    private static void put(Tensor running, int channel, double value) {
        long address = running.address() + (long) running.dtype().itemSize() * channel;
        switch (running.dtype()) {
            case F32 -> Memory.putFloat(address, (float) value);
            case F64 -> Memory.putDouble(address, value);
            case F16 -> Memory.putShort(address, Half.doubleToFloat16(value));
            case BF16 -> Memory.putShort(address, Half.doubleToBfloat16(value));
            default -> throw unsupported(running);
        }
    }

    /** {@code running = (1 - momentum) * running + momentum * current}, rounded once. */
    static void update(Tensor running, int channel, double current, double momentum) {
        put(running, channel, (1 - momentum) * get(running, channel) + momentum * current);
    }

    private static IllegalArgumentException unsupported(Tensor running) {
        return new IllegalArgumentException(
                "native_batch_norm: running statistics of dtype "
                        + running.dtype()
                        + ", expected a floating dtype; convert with to(dtype)");
    }
}
