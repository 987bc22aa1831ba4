// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;

/** Registers random numbers in f32 on all threads; other dtypes run the plain kernels. */
@AutoService(KernelFamily.class)
public final class RandomKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public RandomKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.random(
                (op, dtype) ->
                        dtype != DType.F32
                                ? plain.random(op, dtype)
                                : (call, out) ->
                                        FloatRandom.fill(
                                                call.workers(),
                                                op,
                                                call.attributes(Primitives.Random.class),
                                                out.address(),
                                                out.numel()));
    }
}
