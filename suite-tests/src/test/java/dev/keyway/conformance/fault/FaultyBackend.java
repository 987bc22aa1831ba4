// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;

import java.util.List;
import java.util.function.UnaryOperator;

/** A right backend, some or all of whose kernels are changed. */
final class FaultyBackend implements Backend {
    private final Backend right;
    private final FaultyRegistry.Choice choice;
    private final UnaryOperator<FusedKernels> chains;

    FaultyBackend(Backend right, FaultyRegistry.Choice choice) {
        this(right, choice, kernels -> kernels);
    }

    private FaultyBackend(
            Backend right, FaultyRegistry.Choice choice, UnaryOperator<FusedKernels> chains) {
        this.right = right;
        this.choice = choice;
        this.chains = chains;
    }

    /** What computes chains is changed, and nothing else. */
    static FaultyBackend chains(Backend right, UnaryOperator<FusedKernels> change) {
        return new FaultyBackend(right, (family, opcode, dtype) -> null, change);
    }

    /** Every kernel gets the fault. */
    static FaultyBackend everywhere(Backend right, Fault fault) {
        FaultyRegistry.Change change =
                (call, direct, out, inputs) -> {
                    Fault.Right inner = (o, in) -> direct.run(call, all(out, o), new Inputs(in));
                    for (int i = 1; i < out.length; i++) {
                        Fault.Right before = inner;
                        Tensor result = out[i];
                        inner = (o, in) -> fault.run(before, result, in);
                    }
                    fault.run(inner, out[0], inputs.list());
                };
        return new FaultyBackend(right, (family, opcode, dtype) -> change);
    }

    /** The results with another first one where there is one only. */
    private static Tensor[] all(Tensor[] out, Tensor first) {
        return out.length == 1 ? new Tensor[] {first} : out;
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
        right.register(new FaultyRegistry(registry, choice, chains));
    }
}
