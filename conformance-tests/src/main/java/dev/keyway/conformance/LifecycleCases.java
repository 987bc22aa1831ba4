// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayException;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What becomes of a device that is opened, closed and opened again, in runtimes of their own. */
final class LifecycleCases {
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int TIMES = 3;

    /** Threads of the JDK and of the plugin host, which end after some idle time. */
    private static final List<String> OTHERS =
            List.of("Cleaner-", "Common-Cleaner", "FelixResolver-", "ForkJoinPool");

    private LifecycleCases() {}

    /**
     * Adds the checks.
     *
     * @param open opens a runtime that has the device, under the same name
     */
    static void add(DeviceCases.Group group, Supplier<Keyway> open) {
        group.add("opened again it gives the same bits", 64, bench -> again(bench, open));
        group.add("closing the device ends its threads", 64, bench -> threads(bench, open));
        group.add("tensors of a closed device say so", 2, bench -> tensors(bench, open));
    }

    private static float[] compute(Keyway keyway, Device device) {
        float[] numbers = new float[64];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (i * 37 % 64) / 64f - 0.5f;
        }
        try (Tensor x = keyway.tensor(device, numbers, 8, 8);
                Tensor product = x.matmul(x);
                Tensor sum = product.add(x);
                Tensor grown = sum.exp()) {
            return grown.toFloatArray();
        }
    }

    private static void again(Workbench bench, Supplier<Keyway> open) {
        float[] first = compute(bench.keyway(), bench.device());
        for (int i = 0; i < TIMES; i++) {
            try (Keyway other = open.get()) {
                Device device = other.device(bench.device().name());
                DeviceCases.require(
                        Arrays.equals(first, compute(other, device)),
                        "opened again the device gives other bits");
            }
        }
    }

    private static void threads(Workbench bench, Supplier<Keyway> open) {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (Keyway other = open.get()) {
            Device device = other.device(bench.device().name());
            compute(other, device);
            try (Stream stream = device.newStream();
                    Scope _ = stream.use()) {
                compute(other, device);
            }
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Set<Thread> left = left(before);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
            left = left(before);
        }
        DeviceCases.require(
                left.isEmpty(), "threads are left: " + left.stream().map(Thread::getName).toList());
    }

    private static Set<Thread> left(Set<Thread> before) {
        Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
        left.removeAll(before);
        left.removeIf(thread -> OTHERS.stream().anyMatch(thread.getName()::startsWith));
        return left;
    }

    private static void tensors(Workbench bench, Supplier<Keyway> open) {
        String name = bench.device().name();
        Tensor x;
        try (Keyway other = open.get()) {
            x = other.tensor(other.device(name), new float[] {1, 2}, 2);
        }
        try (x) {
            x.add(x);
        } catch (KeywayException e) {
            DeviceCases.require(
                    e.getMessage().contains(name), "the error names no device: " + e.getMessage());
            return;
        }
        throw new ConformanceFailure("a tensor of a closed device computes");
    }
}
