// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentinels around what kernels get as scratch memory. */
class ScratchSentinelsTest {
    /** What {@code relu} does. */
    private static Consumer<KernelCall> kernel = call -> {};

    private final Keyway keyway =
            Keyway.builder().threads(2).classPathBackends(false).backend(new Scratching()).open();
    private final Device device = keyway.device("scratching");
    private final Tensor x = keyway.tensor(device, new float[] {1, -2}, 2);

    /** The reference backend, but {@code relu} does what a test wants. */
    private static final class Scratching implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();

        @Override
        public String deviceType() {
            return "scratching";
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return reference.probe(services);
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            return reference.open(index, services);
        }

        @Override
        public void register(KernelRegistry registry) {
            reference.register(registry);
            Kernel1 relu = (call, out, self) -> kernel.accept(call);
            registry.operator("relu", Layout.CONTIGUOUS, dtype -> relu);
        }
    }

    @AfterEach
    void close() {
        kernel = call -> {};
        keyway.close();
    }

    private void run(Consumer<KernelCall> work) {
        kernel = work;
        x.relu().close();
    }

    private static MemorySegment memory(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    private static void write(long address) {
        memory(address, 1).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 1000, 15_000, 16_000, 5_000_001})
    void aByteOutsideIsFound(long size) {
        run(call -> call.scratch(100)); // the call has memory of its own before
        try (Sentinels sentinels = Sentinels.around(device)) {
            for (long at : new long[] {-256, -1, size, size + 255}) {
                run(call -> write(call.scratch(size) + at));
                run(call -> memory(call.scratch(size), size).fill((byte) 1));
                assertEquals(
                        "byte "
                                + at
                                + " of scratch memory of "
                                + size
                                + " bytes was written, which relu had asked for",
                        sentinels.damage());
                assertEquals("", sentinels.damage());
            }
        }
    }

    @Test
    void aKernelMayFillWhatItAskedFor() {
        try (Sentinels sentinels = Sentinels.around(device)) {
            for (long size : new long[] {1, 63, 64, 65, 16_000, 20_000}) {
                run(
                        call -> {
                            long first = call.scratch(size);
                            long second = call.scratch(size);
                            assertNotEquals(first, second);
                            assertEquals(0, (first | second) & 63);
                            memory(first, size).fill((byte) 1);
                            memory(second, size).fill((byte) 2);
                            assertEquals(1, memory(first, size).get(ValueLayout.JAVA_BYTE, 0));
                        });
            }
            assertEquals("", sentinels.damage());
        }
    }

    @Test
    void aByteOutsideIsFoundThoughTheKernelFails() {
        try (Sentinels sentinels = Sentinels.around(device)) {
            kernel =
                    call -> {
                        write(call.scratch(8) - 1);
                        throw new IllegalStateException("broken");
                    };
            assertThrows(DeviceException.class, x::relu);
            String damage = sentinels.damage();
            assertTrue(damage.startsWith("byte -1 of scratch memory of 8 bytes"), damage);
        }
    }

    @Test
    void smallPiecesBeginFullOfNonsense() {
        run(call -> memory(call.scratch(64), 64).fill((byte) 0));
        List<Byte> read = new ArrayList<>();
        try (Sentinels _ = Sentinels.around(device)) {
            Consumer<KernelCall> reading =
                    call -> {
                        MemorySegment piece = memory(call.scratch(64), 64);
                        read.add(piece.get(ValueLayout.JAVA_BYTE, 63));
                        piece.fill((byte) 0);
                    };
            run(reading);
            run(reading);
        }
        assertEquals(List.of((byte) 0xA5, (byte) 0xA5), read);
    }

    @Test
    void withoutThemMemoryIsUsedAgain() {
        List<Long> addresses = new ArrayList<>();
        Consumer<KernelCall> asking = call -> addresses.add(call.scratch(64));
        run(asking);
        try (Sentinels _ = Sentinels.around(device)) {
            run(asking);
        }
        run(asking);
        assertEquals(addresses.get(0), addresses.get(2));
        assertNotEquals(addresses.get(0), addresses.get(1));
    }

    @Test
    void memoryOfAKernelStaysThoughTheSentinelsLookMeanwhile() {
        try (Sentinels sentinels = Sentinels.around(device)) {
            run(
                    call -> {
                        long piece = call.scratch(1 << 20);
                        memory(piece, 1 << 20).fill((byte) 3);
                        assertEquals("", sentinels.damage());
                        System.gc();
                        assertEquals(3, memory(piece, 1 << 20).get(ValueLayout.JAVA_BYTE, 99));
                    });
        }
    }
}
