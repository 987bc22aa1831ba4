// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Report;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream.Builder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands of different streams in the worst order that the events allow: a wait that is missing
 * shows, and where all waits are there, the order changes no bit.
 */
@Timeout(120)
class StreamOrderTest {
    private final AtomicReference<String> setting = new AtomicReference<>("");

    private Keyway open(String order) {
        setting.set("order=" + order);
        return Keyway.builder()
                .threads(1)
                .classPathBackends(false)
                .backend(new ChaosBackend(setting::get))
                .open();
    }

    static List<String> orders() {
        Builder<String> orders = java.util.stream.Stream.builder();
        List.of("eager", "needed", "latest").forEach(orders);
        IntStream.range(1, 21).mapToObj(seed -> "random:" + seed).forEach(orders);
        return orders.build().toList();
    }

    /** Written on one stream, read on another. */
    private static double readsWhatWasWritten(Keyway keyway, boolean waits) {
        Device device = keyway.device();
        try (Stream writer = device.newStream();
                Stream reader = device.newStream()) {
            Tensor x;
            try (Scope _ = writer.use()) {
                x = Ops.full(device, DType.F32, 3, 100);
            }
            if (waits) {
                reader.waitFor(writer.record());
            }
            try (Scope _ = reader.use();
                    x;
                    Tensor sum = x.sum()) {
                return sum.item();
            }
        }
    }

    /** Read on one stream, overwritten on another. */
    private static double writesWhatWasRead(Keyway keyway, boolean waits) {
        Device device = keyway.device();
        try (Stream reader = device.newStream();
                Stream writer = device.newStream();
                Tensor x = Ops.full(device, DType.F32, 3, 100)) {
            device.synchronize();
            Tensor sum;
            try (Scope _ = reader.use()) {
                sum = x.sum();
            }
            if (waits) {
                writer.waitFor(reader.record());
            }
            try (Scope _ = writer.use()) {
                x.zero_();
                writer.synchronize();
            }
            try (Scope _ = reader.use();
                    sum) {
                return sum.item();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"needed", "latest"})
    void aMissingWaitShows(String order) {
        try (Keyway keyway = open(order)) {
            assertNotEquals(300, readsWhatWasWritten(keyway, false));
            assertNotEquals(300, writesWhatWasRead(keyway, false));
        }
    }

    @Test
    void aMissingWaitShowsUnderSomeSeed() {
        long right =
                IntStream.range(1, 21)
                        .filter(
                                seed -> {
                                    try (Keyway keyway = open("random:" + seed)) {
                                        return readsWhatWasWritten(keyway, false) == 300;
                                    }
                                })
                        .count();
        assertNotEquals(20, right);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void whereAllWaitsAreThereTheOrderDoesNotMatter(String order) {
        try (Keyway keyway = open(order)) {
            assertEquals(300, readsWhatWasWritten(keyway, true));
            assertEquals(300, writesWhatWasRead(keyway, true));
        }
    }

    /** The runtime reuses memory only when all streams that used it have passed. */
    @ParameterizedTest
    @MethodSource("orders")
    void closedTensorsAreNotOverwrittenBeforeTheyAreRead(String order) {
        try (Keyway keyway = open(order)) {
            Device device = keyway.device();
            try (Stream reader = device.newStream()) {
                Tensor x = Ops.full(device, DType.F32, 3, 100);
                reader.waitFor(device.currentStream().record());
                Tensor sum;
                try (Scope _ = reader.use()) {
                    sum = x.sum();
                }
                x.close();
                try (Tensor next = Ops.full(device, DType.F32, 5, 100);
                        Tensor other = next.sum()) {
                    assertEquals(500, other.item());
                }
                try (Scope _ = reader.use();
                        sum) {
                    assertEquals(300, sum.item());
                }
            }
        }
    }

    /** Two networks on streams of their own, whose commands the device mixes as it likes. */
    @ParameterizedTest
    @MethodSource("orders")
    void twoNetworksTrainAsEachAlone(String order) {
        int alone;
        try (Keyway keyway = open("eager");
                TrainingStep step = new TrainingStep(keyway, keyway.device())) {
            step.reset();
            step.run();
            alone = step.bits();
        }
        try (Keyway keyway = open(order)) {
            Device device = keyway.device();
            try (Stream first = device.newStream();
                    Stream second = device.newStream();
                    TrainingStep one = on(first, keyway, device);
                    TrainingStep two = on(second, keyway, device);
                    Tensor a = submit(first, one);
                    Tensor b = submit(second, two)) {
                assertEquals(alone, bits(second, two), order);
                assertEquals(alone, bits(first, one), order);
                assertEquals(item(first, a), item(second, b));
            }
        }
    }

    private static TrainingStep on(Stream stream, Keyway keyway, Device device) {
        try (Scope _ = stream.use()) {
            return new TrainingStep(keyway, device);
        }
    }

    private static Tensor submit(Stream stream, TrainingStep step) {
        try (Scope _ = stream.use()) {
            step.reset();
            return step.submit();
        }
    }

    private static int bits(Stream stream, TrainingStep step) {
        try (Scope _ = stream.use()) {
            return step.bits();
        }
    }

    private static double item(Stream stream, Tensor tensor) {
        try (Scope _ = stream.use()) {
            return tensor.item();
        }
    }

    /** The suite's checks of streams, transfers and memory. */
    @ParameterizedTest
    @ValueSource(strings = {"eager", "needed", "latest", "random:1", "random:2"})
    void theSuitePassesInAnyOrder(String order) {
        try (Keyway keyway = open(order)) {
            Set<String> checks = Set.of("device.streams", "device.transfers", "device.memory");
            Report report =
                    ConformanceRunner.run(
                            keyway, keyway.device(), ConformanceOptions.all().operators(checks));
            assertEquals(List.of(), report.failures().stream().map(Object::toString).toList());
        }
    }
}
