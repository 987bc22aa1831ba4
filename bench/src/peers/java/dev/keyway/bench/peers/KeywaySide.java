// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;

/** Our side of a contest: a runtime with the CPU backend and some tensors. */
final class KeywaySide implements AutoCloseable {
    final Keyway keyway;
    private final Device device;

    KeywaySide(int threads) {
        keyway = Keyway.builder().threads(threads).open();
        device = keyway.device("cpu");
    }

    Tensor tensor(float[] numbers, long... sizes) {
        return keyway.tensor(device, numbers, sizes);
    }

    @Override
    public void close() {
        keyway.close();
    }
}
