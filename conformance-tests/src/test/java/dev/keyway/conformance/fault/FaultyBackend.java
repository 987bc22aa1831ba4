// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;

import java.util.List;

/** A right backend, all of whose kernels get one fault. */
final class FaultyBackend implements Backend {
    private final Backend right;
    private final Fault fault;

    FaultyBackend(Backend right, Fault fault) {
        this.right = right;
        this.fault = fault;
    }

    @Override
    public String deviceType() {
        return right.deviceType();
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return right.probe(services);
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return right.open(index, services);
    }

    @Override
    public void register(KernelRegistry registry) {
        right.register(new FaultyRegistry(registry, fault));
    }
}
