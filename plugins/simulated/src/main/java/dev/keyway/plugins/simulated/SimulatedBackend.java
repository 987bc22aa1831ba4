// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import dev.keyway.DType;
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

/**
 * A device that behaves like an accelerator: its memory has no host address, its streams run
 * asynchronously on threads of their own, errors of kernels appear at the next synchronization, it
 * takes no copy whose source and target overlap, and it does not compute in f64. Its memory is 1
 * GiB, or what {@link MemorySize} says.
 */
public final class SimulatedBackend implements Backend, PlainKernels.Access {
    /** Below every device that is there to be fast or right. */
    private static final int RANK = -10;

    /** For {@code META-INF/services}. */
    public SimulatedBackend() {}

    @Override
    public String deviceType() {
        return "simulated";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        String description = "simulated accelerator with memory and queues of its own, no f64";
        try {
            MemorySize.configured();
        } catch (IllegalArgumentException e) {
            String remedy = "give bytes, or a number with K, M or G, as 512M";
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
        return new SimulatedDriver(this, new SimulatedMemory(MemorySize.configured()));
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
        registry.copy(new CopyEngine(this));
    }

    @Override
    public boolean computes(DType dtype) {
        return dtype != DType.F64 && PlainKernels.Access.super.computes(dtype);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        long start = tensor.storage().offset();
        return SimulatedMemory.slice(tensor.storage().handle(), start, tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        ((SimulatedStream) call.stream()).submit(call.operatorName(), work);
    }
}
