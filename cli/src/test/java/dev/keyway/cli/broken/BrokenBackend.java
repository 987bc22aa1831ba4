// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli.broken;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Plain kernels, and a relu of f32 that forgets the last element. */
public final class BrokenBackend implements Backend, PlainKernels.Access {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final Kernel1 RELU =
            (call, out, self) -> {
                for (long i = 0; i < out.numel() - 1; i++) {
                    float value = ALL.get(ValueLayout.JAVA_FLOAT, self.address() + 4 * i);
                    ALL.set(ValueLayout.JAVA_FLOAT, out.address() + 4 * i, Math.max(value, 0));
                }
            };

    /** For {@code META-INF/services}. */
    public BrokenBackend() {}

    @Override
    public String deviceType() {
        return "broken";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return List.of(DeviceDescription.usable(0, "forgetful", "for tests"));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver(services.hostMemory());
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
        registry.operator("relu", Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? RELU : null);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        return ALL.asSlice(tensor.storage().address(), tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        work.run();
    }

    private record Driver(DeviceMemory memory) implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return dtype == DType.F32;
        }

        @Override
        public DeviceStream newStream() {
            return DeviceStream.SYNCHRONOUS;
        }

        @Override
        public void close() {}
    }
}
