// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.PlannedKernel;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The reference device with kernels whose results are bounded or auxiliary. */
final class OutputKindsBackend implements Backend {
    private final ReferenceBackend reference = new ReferenceBackend();

    @Override
    public String deviceType() {
        return reference.deviceType();
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return reference.probe(services);
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return reference.open(index, services);
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, reference);
        registry.operator("test::positive", Layout.CONTIGUOUS, dtype -> (KernelN) this::positive);
        registry.operator("test::liar", Layout.CONTIGUOUS, dtype -> (KernelN) this::liar);
        registry.operator("test::reserve", Layout.CONTIGUOUS, dtype -> new Reserve(reference));
    }

    private void positive(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        MemorySegment from = reference.memory(Objects.requireNonNull(inputs[0]));
        MemorySegment to = reference.memory(out[0]);
        long found = 0;
        for (long i = 0; i < out[0].numel(); i++) {
            float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (value > 0) {
                to.setAtIndex(ValueLayout.JAVA_FLOAT, found++, value);
            }
        }
        reference.memory(out[1]).set(ValueLayout.JAVA_LONG, 0, found);
    }

    private void liar(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        reference.memory(out[1]).set(ValueLayout.JAVA_LONG, 0, out[0].numel() + 1);
    }

    /** Doubles by way of the workspace, and keeps a copy in the reserve. */
    private record Reserve(ReferenceBackend reference) implements KernelN, PlannedKernel {
        @Override
        public long[] plan(KernelCall call, @Nullable Tensor[] inputs) {
            return new long[] {Objects.requireNonNull(inputs[0]).nbytes()};
        }

        @Override
        public void run(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
            MemorySegment from = reference.memory(Objects.requireNonNull(inputs[0]));
            MemorySegment work = reference.memory(call.workspace(from.byteSize()));
            for (long i = 0; i < out[0].numel(); i++) {
                float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                work.setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * value);
            }
            reference.memory(out[0]).copyFrom(work);
            reference.memory(out[1]).copyFrom(from);
        }
    }
}
