// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import java.util.Objects;

/** The positions of the true elements of a bool vector. */
final class PlainNonzero {
    private PlainNonzero() {}

    static void register(KernelRegistry registry, Access access) {
        registry.nonzero(Layout.STRIDED, dtype -> dtype == DType.BOOL ? kernel(access) : null);
    }

    private static KernelN kernel(Access access) {
        return (call, out, inputs) -> {
            Tensor self = Objects.requireNonNull(inputs[0]);
            Elements from = PlainKernels.elements(access, self);
            Elements places = PlainKernels.elements(access, out[0]);
            Elements count = PlainKernels.elements(access, out[1]);
            long numel = self.numel();
            long step = self.stride(0);
            access.submit(
                    call,
                    () -> {
                        long found = 0;
                        for (long i = 0; i < numel; i++) {
                            if (from.getLong(i * step) != 0) {
                                places.setLong(found++, i);
                            }
                        }
                        count.setLong(0, found);
                    });
        };
    }
}
