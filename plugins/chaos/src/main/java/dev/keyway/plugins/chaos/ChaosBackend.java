// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A device that computes right until it is told to fail, by the system property {@code
 * keyway.chaos} or the environment variable {@code KEYWAY_CHAOS}; {@link Faults#parse} has the
 * words. It has memory of its own and asynchronous streams, whose commands it runs in whatever
 * order the events allow.
 */
public final class ChaosBackend implements Backend, PlainKernels.Access {
    /** Never taken unasked where there is anything else. */
    private static final int RANK = -100;

    private final FaultSwitch faults;
    private final AtomicLong used = new AtomicLong();

    /** For {@code META-INF/services}. */
    public ChaosBackend() {
        this(FaultSwitch::configured);
    }

    /** With a setting of its own. */
    ChaosBackend(Supplier<String> setting) {
        this.faults = new FaultSwitch(setting);
    }

    /** How often something went wrong since the setting was made. */
    long met() {
        return faults.met();
    }

    /** Bytes that its devices have allocated. */
    long used() {
        return used.get();
    }

    @Override
    public String deviceType() {
        return "chaos";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        String description = "fails when told to";
        try {
            faults.faults();
        } catch (IllegalArgumentException e) {
            String remedy =
                    "correct "
                            + FaultSwitch.PROPERTY
                            + " or "
                            + FaultSwitch.VARIABLE
                            + ", or unset";
            return List.of(
                    DeviceDescription.unusable(
                            0, description, String.valueOf(e.getMessage()), remedy));
        }
        return List.of(
                DeviceDescription.usable(0, description, "for tests, on every machine")
                        .withRank(RANK));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new ChaosDriver(this, faults, used);
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        long start = tensor.storage().offset();
        return ChaosMemory.slice(tensor.storage().handle(), start, tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        ((ChaosStream) call.stream()).submit(call.operatorName(), work);
    }
}
