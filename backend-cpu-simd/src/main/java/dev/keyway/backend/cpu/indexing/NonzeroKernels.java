// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;

/** Registers the positions of what is true. */
@AutoService(KernelFamily.class)
public final class NonzeroKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public NonzeroKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.nonzero(
                Layout.CONTIGUOUS,
                dtype ->
                        dtype != DType.BOOL
                                ? null
                                : (call, out, inputs) -> {
                                    Tensor self = Objects.requireNonNull(inputs[0]);
                                    long found =
                                            TruePositions.write(
                                                    call.workers(),
                                                    self.address(),
                                                    self.numel(),
                                                    out[0].address());
                                    Memory.putLong(out[1].address(), found);
                                });
    }
}
