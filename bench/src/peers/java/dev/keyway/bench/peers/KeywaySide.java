// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Tensor;

/** Our side of a contest: a runtime with the CPU backend and some tensors. */
public final class KeywaySide implements AutoCloseable {
    /** The runtime. */
    public final Keyway keyway;

    /** Its CPU. */
    public final Device device;

    /** Opens a runtime on so many threads. */
    public KeywaySide(int threads) {
        keyway = Keyway.builder().threads(threads).seed(1).open();
        device = keyway.device("cpu");
    }

    /** A tensor from numbers. */
    public Tensor tensor(float[] numbers, long... sizes) {
        return keyway.tensor(device, numbers, sizes);
    }

    /**
     * The order in which convolutions are fastest: channels last, but for Winograd's algorithm,
     * where the switch asks for it.
     */
    public static MemoryFormat convolutionFormat() {
        return isWinograd() ? MemoryFormat.CONTIGUOUS : MemoryFormat.CHANNELS_LAST;
    }

    /** Whether Winograd's algorithm is asked for. */
    static boolean isWinograd() {
        String name = "keyway.cpu.convolution";
        String asked = System.getProperty(name, System.getenv("KEYWAY_CPU_CONVOLUTION"));
        return "winograd".equalsIgnoreCase(asked);
    }

    /** As {@code 1 thread} or {@code 2 threads}. */
    public static String named(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public void close() {
        keyway.close();
    }
}
