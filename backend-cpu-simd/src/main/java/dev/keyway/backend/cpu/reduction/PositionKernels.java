// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/** Registers the positions of extremes in f32, f64, i32 and i64, for any strides. */
@AutoService(KernelFamily.class)
public final class PositionKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public PositionKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.argReduce(
                Layout.STRIDED,
                (op, dtype) -> {
                    LinePosition position = position(op == ArgReduceOp.ARGMAX, dtype);
                    return position == null ? plain.argReduce(op, dtype) : kernel(position);
                });
    }

    private static @Nullable LinePosition position(boolean largest, DType dtype) {
        return switch (dtype) {
            case F32 -> new FloatPosition(largest);
            case F64 -> new DoublePosition(largest);
            case I32 -> new IntPosition(largest);
            case I64 -> new LongPosition(largest);
            default -> null;
        };
    }

    private static Kernel1 kernel(LinePosition position) {
        return (call, out, self) -> {
            long size = self.dtype().itemSize();
            long n = self.size(1);
            long inner = self.size(2);
            long[] steps = self.strides();
            long from = self.address();
            long to = out.address();
            call.workers()
                    .parallel(
                            self.size(0) * inner,
                            Math.max(1, CHUNK / n),
                            (start, end) -> {
                                for (long line = start; line < end; line++) {
                                    long at = line / inner * steps[0] + line % inner * steps[2];
                                    long place =
                                            steps[1] == 1
                                                    ? position.dense(from + size * at, n)
                                                    : position.strided(
                                                            from + size * at, size * steps[1], n);
                                    Memory.putLong(to + Long.BYTES * line, place);
                                }
                            });
        };
    }
}
