// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.attributes.ReflectionPad1dAttributes;
import dev.keyway.attributes.ReflectionPad2dAttributes;
import dev.keyway.attributes.ReflectionPad3dAttributes;
import dev.keyway.attributes.ReplicationPad1dAttributes;
import dev.keyway.attributes.ReplicationPad2dAttributes;
import dev.keyway.attributes.ReplicationPad3dAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.function.Function;

/** Borders of mirrored and of repeated edge elements, for every size of elements. */
@AutoService(KernelFamily.class)
public final class PaddingKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public PaddingKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        mirrored(registry, 1, a -> ((ReflectionPad1dAttributes) a).padding());
        mirrored(registry, 2, a -> ((ReflectionPad2dAttributes) a).padding());
        mirrored(registry, 3, a -> ((ReflectionPad3dAttributes) a).padding());
        repeated(registry, 1, a -> ((ReplicationPad1dAttributes) a).padding());
        repeated(registry, 2, a -> ((ReplicationPad2dAttributes) a).padding());
        repeated(registry, 3, a -> ((ReplicationPad3dAttributes) a).padding());
    }

    private static void mirrored(
            KernelRegistry registry, int rank, Function<Attributes, long[]> padding) {
        add(registry, "reflection_pad" + rank + "d", padding, EdgePadding.Edge.MIRRORED);
    }

    private static void repeated(
            KernelRegistry registry, int rank, Function<Attributes, long[]> padding) {
        add(registry, "replication_pad" + rank + "d", padding, EdgePadding.Edge.REPEATED);
    }

    private static void add(
            KernelRegistry registry,
            String name,
            Function<Attributes, long[]> padding,
            EdgePadding.Edge edge) {
        Kernel1 kernel =
                (call, out, self) -> pad(call, out, self, padding.apply(call.attributes()), edge);
        registry.operator(name, Layout.CONTIGUOUS, dtype -> kernel);
    }

    private static void pad(
            KernelCall call, Tensor out, Tensor self, long[] pad, EdgePadding.Edge edge) {
        int size = out.dtype().itemSize();
        new EdgePadding(size, self.sizes(), out.sizes(), pad, edge)
                .run(call.workers(), out.address(), self.address());
    }
}
