// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.reference;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device on the host with the plain primitives: works everywhere, shows what is correct, is not
 * fast.
 */
public final class ReferenceBackend implements Backend, PlainKernels.Access {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** For {@code META-INF/services}. */
    public ReferenceBackend() {}

    @Override
    public String deviceType() {
        return "reference";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return List.of(
                DeviceDescription.usable(0, "plain Java, one thread", "works on every machine"));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver(services.hostMemory());
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        return ALL.asSlice(tensor.storage().address(), tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        work.run();
    }

    private final class Driver implements DeviceDriver {
        private final DeviceMemory memory;

        Driver(DeviceMemory memory) {
            this.memory = memory;
        }

        @Override
        public boolean computes(DType dtype) {
            return ReferenceBackend.this.computes(dtype);
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
            return DeviceStream.SYNCHRONOUS;
        }

        @Override
        public void close() {}
    }
}
