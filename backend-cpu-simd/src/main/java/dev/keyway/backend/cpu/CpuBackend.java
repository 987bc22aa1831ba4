// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

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
import java.util.ServiceLoader;

/**
 * The CPU by the Vector API. Families without a vectorised kernel run the toolkit's plain one, on
 * the same memory. Without the incubator module the device is not usable and says so; no class that
 * needs the module is loaded before that is known.
 */
public final class CpuBackend implements Backend, PlainKernels.Access {
    private static final int RANK = 100;
    private static final String MODULE = "jdk.incubator.vector";

    /** For {@code META-INF/services}. */
    public CpuBackend() {}

    @Override
    public String deviceType() {
        return "cpu";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        String description = "CPU, Vector API, " + services.workers().threads() + " threads";
        if (!hasModule()) {
            return List.of(
                    DeviceDescription.unusable(
                            0,
                            description,
                            "the module " + MODULE + " is not loaded",
                            "start Java with --add-modules " + MODULE));
        }
        return List.of(
                DeviceDescription.usable(0, description, "vectorised kernels").withRank(RANK));
    }

    private static boolean hasModule() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver(services.hostMemory());
    }

    @Override
    public void register(KernelRegistry registry) {
        if (hasModule()) {
            // First of all, so that it is nearly done when the first kernel waits for it.
            Thread.ofPlatform()
                    .daemon()
                    .name("keyway-cpu-compiler-directive")
                    .start(KernelCompilation::prepare);
        }
        PlainKernels.register(registry, this);
        if (hasModule()) {
            KernelRegistry prepared = new PreparedKernels(registry);
            PlainFallback plain = PlainFallback.of(this);
            ServiceLoader.load(KernelFamily.class, CpuBackend.class.getClassLoader())
                    .forEach(family -> family.register(prepared, plain));
        }
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        return Memory.ALL.asSlice(tensor.storage().address(), tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        work.run();
    }

    private static final class Driver implements DeviceDriver {
        private final DeviceMemory memory;

        Driver(DeviceMemory memory) {
            this.memory = memory;
        }

        @Override
        public boolean computes(DType dtype) {
            return switch (dtype) {
                case BOOL, I32, I64, F32, F64 -> true;
                default -> false;
            };
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
