// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import dev.keyway.DType;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import java.util.concurrent.atomic.AtomicInteger;

/** The open device: one memory, any number of streams. */
final class SimulatedDriver implements DeviceDriver {
    private final SimulatedBackend backend;
    private final SimulatedMemory memory;
    private final AtomicInteger streams = new AtomicInteger();

    SimulatedDriver(SimulatedBackend backend, SimulatedMemory memory) {
        this.backend = backend;
        this.memory = memory;
    }

    @Override
    public boolean computes(DType dtype) {
        return backend.computes(dtype);
    }

    @Override
    public boolean isDeterministic() {
        return true;
    }

    @Override
    public DeviceMemory memory() {
        return memory;
    }

    @Override
    public DeviceStream newStream() {
        return SimulatedStream.start("keyway-simulated-" + streams.getAndIncrement());
    }

    @Override
    public void close() {
        memory.close();
    }
}
