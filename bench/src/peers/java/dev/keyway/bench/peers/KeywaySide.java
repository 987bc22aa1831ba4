// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Tensor;

/** Our side of a contest: a runtime with the CPU backend and some tensors. */
public final class KeywaySide implements AutoCloseable {
    private static final String ALGORITHM = "keyway.cpu.convolution";

    /** Follows the name of rows in which Winograd's algorithm is allowed. */
    public static final String WINOGRAD = ", Winograd";

    /** The runtime. */
    public final Keyway keyway;

    /** Its CPU. */
    public final Device device;

    private final boolean winograd;

    /** Opens a runtime on so many threads, whose convolutions are exact. */
    public KeywaySide(int threads) {
        this(threads, false);
    }

    /**
     * Opens a runtime.
     *
     * @param threads how many it has
     * @param winograd whether its convolutions may use Winograd's algorithm
     */
    public KeywaySide(int threads, boolean winograd) {
        this.winograd = winograd;
        String before = System.setProperty(ALGORITHM, winograd ? "winograd" : "exact");
        try {
            keyway = Keyway.builder().threads(threads).seed(1).open();
        } finally {
            if (before == null) {
                System.clearProperty(ALGORITHM);
            } else {
                System.setProperty(ALGORITHM, before);
            }
        }
        device = keyway.device("cpu");
    }

    /** A tensor from numbers. */
    public Tensor tensor(float[] numbers, long... sizes) {
        return keyway.tensor(device, numbers, sizes);
    }

    /**
     * The order in which convolutions are fastest: channels last, but for Winograd's algorithm,
     * which computes in rows.
     */
    public MemoryFormat convolutionFormat() {
        return winograd ? MemoryFormat.CONTIGUOUS : MemoryFormat.CHANNELS_LAST;
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
