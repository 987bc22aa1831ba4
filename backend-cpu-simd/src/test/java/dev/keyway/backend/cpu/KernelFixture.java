// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import dev.keyway.spi.Workers;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;

/**
 * Memory, numbers and threads for tests of kernels; guards behind each allocation are checked on
 * close.
 */
public final class KernelFixture implements AutoCloseable {
    private static final int GUARD = 64;
    private static final byte PATTERN = (byte) 0xA5;

    /** Runs chunks on the caller, first to last. */
    public static final Workers ONE = new Sequential();

    /** Runs chunks on two threads, last to first. */
    public static final Workers TWO = new Concurrent();

    private final Arena arena = Arena.ofShared();
    private final List<Long> guards = new ArrayList<>();
    private final SplittableRandom random;

    /** Numbers are drawn from the seed. */
    public KernelFixture(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Memory with a guard behind it, filled with a pattern (a NaN in no dtype). */
    public long allocate(long bytes) {
        long address = arena.allocate(bytes + GUARD, 64).address();
        Memory.ALL.asSlice(address, bytes + GUARD).fill(PATTERN);
        guards.add(address + bytes);
        return address;
    }

    /** Scratch memory, filled with NaN. */
    public long scratch(long bytes) {
        long address = arena.allocate(bytes + GUARD, 64).address();
        Memory.ALL.asSlice(address, bytes + GUARD).fill((byte) 0xFF);
        return address;
    }

    /** Normally distributed f32. */
    public long floats(int count) {
        return floats(count, i -> random.nextGaussian());
    }

    /** The given f32. */
    public long floats(int count, IntToDoubleFunction value) {
        long address = allocate((long) Float.BYTES * count);
        for (int i = 0; i < count; i++) {
            Memory.putFloat(address + (long) Float.BYTES * i, (float) value.applyAsDouble(i));
        }
        return address;
    }

    /** Normally distributed f64. */
    public long doubles(int count) {
        return doubles(count, i -> random.nextGaussian());
    }

    /** The given f64. */
    public long doubles(int count, IntToDoubleFunction value) {
        long address = allocate((long) Double.BYTES * count);
        for (int i = 0; i < count; i++) {
            Memory.putDouble(address + (long) Double.BYTES * i, value.applyAsDouble(i));
        }
        return address;
    }

    /** A number from all of i64. */
    public long nextLong() {
        return random.nextLong();
    }

    /** The f32 at an index. */
    public static float getFloat(long address, long index) {
        return Memory.getFloat(address + Float.BYTES * index);
    }

    /** The f64 at an index. */
    public static double getDouble(long address, long index) {
        return Memory.getDouble(address + Double.BYTES * index);
    }

    @Override
    public void close() {
        try (arena) {
            for (long guard : guards) {
                for (int i = 0; i < GUARD; i++) {
                    if (Memory.getByte(guard + i) != PATTERN) {
                        throw new AssertionError("byte " + i + " behind an allocation was written");
                    }
                }
            }
        }
    }

    private static final class Sequential implements Workers {
        @Override
        public int threads() {
            return 1;
        }

        @Override
        public void parallel(long total, long chunk, RangeTask task) {
            for (long start = 0; start < total; start += chunk) {
                task.run(start, Math.min(total, start + chunk));
            }
        }
    }

    private static final class Concurrent implements Workers {
        @Override
        public int threads() {
            return 2;
        }

        @Override
        public void parallel(long total, long chunk, RangeTask task) {
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Future<?>> chunks = new ArrayList<>();
                for (long k = (total + chunk - 1) / chunk - 1; k >= 0; k--) {
                    long start = k * chunk;
                    chunks.add(
                            threads.submit(() -> task.run(start, Math.min(total, start + chunk))));
                }
                for (Future<?> done : chunks) {
                    done.get();
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }
}
