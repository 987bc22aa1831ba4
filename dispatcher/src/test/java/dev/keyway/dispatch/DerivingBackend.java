// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The reference device with a {@code neg} that keeps the negative of its argument. */
final class DerivingBackend implements Backend {
    private final ReferenceBackend reference = new ReferenceBackend();

    /** How often the negative was made to be kept. */
    final AtomicInteger fills = new AtomicInteger();

    /** How often a kept one was used. */
    final AtomicInteger uses = new AtomicInteger();

    /** What stands for the negative. */
    volatile Object form = new Object();

    /** Thrown by the next fill. */
    volatile @Nullable RuntimeException error;

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
        registry.operator("neg", Layout.CONTIGUOUS, dtype -> (Kernel1) this::negative);
        registry.operator("relu", Layout.CONTIGUOUS, dtype -> (Kernel1) this::breaks);
    }

    private void negative(KernelCall call, Tensor out, Tensor self) {
        Tensor kept = call.derived(self, form, self.nbytes(), memory -> fill(memory, self));
        if (kept == null) {
            write(out, self);
        } else {
            uses.incrementAndGet();
            memory(out).copyFrom(memory(kept));
        }
    }

    private void fill(Tensor memory, Tensor self) {
        RuntimeException wanted = error;
        if (wanted != null) {
            error = null;
            throw wanted;
        }
        fills.incrementAndGet();
        write(memory, self);
    }

    private void write(Tensor to, Tensor from) {
        MemorySegment source = memory(from);
        MemorySegment target = memory(to);
        for (long i = 0; i < from.numel(); i++) {
            float value = source.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            target.setAtIndex(ValueLayout.JAVA_FLOAT, i, -value);
        }
    }

    /** Writes one element, then fails. */
    private void breaks(KernelCall call, Tensor out, Tensor self) {
        memory(out).set(ValueLayout.JAVA_FLOAT, 0, 77);
        throw new IllegalStateException("broken");
    }

    private static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(tensor.address()).reinterpret(tensor.nbytes());
    }
}
