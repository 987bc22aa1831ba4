// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.pointwise.FloatMath.LENGTH;
import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.StridedLoop;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Registers the logarithm of the sum of two exponentials in f32 and f64. */
@AutoService(KernelFamily.class)
public final class LogSumKernels implements KernelFamily {
    private static final int SIZE = Float.BYTES;

    /** For {@code ServiceLoader}. */
    public LogSumKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "logaddexp",
                Layout.STRIDED,
                dtype ->
                        switch (dtype) {
                            case F32 -> kernel(Float.BYTES, LogSumKernels::row);
                            case F64 -> kernel(Double.BYTES, DoubleLogSum::row);
                            default -> null;
                        });
    }

    private static Kernel kernel(int size, BinaryRow row) {
        Kernel2 kernel =
                (call, out, self, other) -> {
                    StridedLoop loop = StridedLoop.of(out, self, other);
                    if (Rows.areVectors(loop)) {
                        Rows.run(call, loop, out, size, self, other, size, row);
                    } else {
                        StridedRows.run(call, out, self, other, size, row);
                    }
                };
        return kernel;
    }

    private static FloatVector load(long address, long step) {
        return step == 0
                ? Exact.FLOATS.cast(FloatVector.broadcast(SPECIES, Memory.getFloat(address)))
                : Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, long step, VectorMask<Float> mask) {
        return step == 0
                ? Exact.FLOATS.cast(FloatVector.broadcast(SPECIES, Memory.getFloat(address)))
                : Exact.FLOATS.cast(
                        FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }

    /** A row of both operands, which step by 0 or 1. */
    static void row(long out, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            FloatVector x = load(a + SIZE * i * stepA, stepA);
            FloatVector y = load(b + SIZE * i * stepB, stepB);
            FloatSmooth.logaddexp(x, y).intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            FloatVector x = load(a + SIZE * full * stepA, stepA, rest);
            FloatVector y = load(b + SIZE * full * stepB, stepB, rest);
            FloatSmooth.logaddexp(x, y).intoMemorySegment(ALL, out + SIZE * full, ORDER, rest);
        }
    }
}
