// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.DType;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The open device: one memory, any number of streams, one thread. */
final class ChaosDriver implements DeviceDriver {
    private final ChaosBackend backend;
    private final FaultSwitch faults;
    private final Scheduler scheduler;
    private final ChaosMemory memory;
    private final AtomicInteger streams = new AtomicInteger();

    ChaosDriver(ChaosBackend backend, FaultSwitch faults, AtomicLong used) {
        this.backend = backend;
        this.faults = faults;
        this.scheduler = new Scheduler("keyway-chaos", faults);
        this.memory = new ChaosMemory(faults, scheduler, used);
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
    public ChaosMemory memory() {
        return memory;
    }

    @Override
    public DeviceStream newStream() {
        scheduler.checkNotLost("new stream");
        return new ChaosStream("keyway-chaos-" + streams.getAndIncrement(), scheduler, faults);
    }

    @Override
    public void close() {
        scheduler.close();
        memory.close();
    }
}
