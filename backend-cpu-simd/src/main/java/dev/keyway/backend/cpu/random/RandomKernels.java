// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Registers random numbers in f32, f64, i32 and i64 on all threads; bool runs the plain kernel.
 * Each block of four words depends on its number alone, and a task takes blocks.
 */
@AutoService(KernelFamily.class)
public final class RandomKernels implements KernelFamily {
    private static final int WORDS = PhiloxWords.WORDS;
    private static final long TASK_BLOCKS = 1 << 12;

    /** For {@code ServiceLoader}. */
    public RandomKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.random((op, dtype) -> kernel(op, dtype, plain));
    }

    /** Uniform and normal integers are nobody's: the plain kernel says so. */
    private static @Nullable Kernel0 kernel(RandomOp op, DType dtype, PlainFallback plain) {
        boolean real = op == RandomOp.UNIFORM || op == RandomOp.NORMAL;
        if (dtype != DType.F32 && !OtherRandom.has(dtype) || real && !dtype.isFloating()) {
            return plain.random(op, dtype);
        }
        return (call, out) ->
                fill(
                        call.workers(),
                        dtype,
                        op,
                        call.attributes(Primitives.Random.class),
                        out.address(),
                        out.numel());
    }

    /** Writes {@code count} numbers, four for each block from the offset on. */
    static void fill(
            Workers workers,
            DType dtype,
            RandomOp op,
            Primitives.Random given,
            long out,
            long count) {
        int size = dtype.itemSize();
        workers.parallel(
                (count + WORDS - 1) / WORDS,
                TASK_BLOCKS,
                (from, to) -> {
                    int[] words = PhiloxWords.room();
                    for (long block = from; block < to; block += PhiloxWords.BATCH) {
                        int blocks = (int) Math.min(PhiloxWords.BATCH, to - block);
                        PhiloxWords.fill(given.seed(), given.offset() + block, words, blocks);
                        long first = block * WORDS;
                        int numbers = (int) Math.min((long) WORDS * blocks, count - first);
                        long at = out + size * first;
                        if (dtype == DType.F32) {
                            FloatRandom.write(op, given, words, at, numbers);
                        } else {
                            OtherRandom.write(dtype, op, given, words, at, numbers);
                        }
                    }
                });
    }
}
