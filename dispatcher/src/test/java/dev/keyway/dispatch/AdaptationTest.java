// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.AdaptationStatistics;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import dev.keyway.plugins.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a kernel does not take as it is gets copied, and the copies are counted. */
class AdaptationTest {
    /** The reference backend with a relu that takes contiguous f32 alone. */
    private static final class Picky implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();

        @Override
        public String deviceType() {
            return "picky";
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
            reference.register(registry);
            Kernel1 relu =
                    (call, out, self) -> {
                        assertEquals(true, self.isContiguous() && self.dtype() == DType.F32);
                        for (long i = 0; i < out.numel(); i++) {
                            long at = i * Float.BYTES;
                            float value = HostMemoryAccess.getFloat(self.address() + at);
                            HostMemoryAccess.putFloat(out.address() + at, Math.max(value, 0));
                        }
                    };
            registry.operator("relu", Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? relu : null);
        }
    }

    @Test
    void layoutsAndDTypesAreAdaptedAndCounted() {
        try (Keyway keyway =
                Keyway.builder().threads(1).classPathBackends(false).backend(new Picky()).open()) {
            Device device = keyway.device("picky");
            Tensor x = keyway.tensor(device, new float[] {-1, 2, 3, -4, 5, 6}, 2, 3);
            assertEquals(new AdaptationStatistics(0, 0, 0), keyway.adaptations());
            x.relu().close();
            assertEquals(new AdaptationStatistics(0, 0, 0), keyway.adaptations());
            float[] transposed = {0, 0, 2, 5, 3, 6};
            assertArrayEquals(transposed, x.t().relu().toFloatArray());
            assertEquals(new AdaptationStatistics(1, 0, 24), keyway.adaptations());
            Tensor half = x.to(DType.F16);
            AdaptationStatistics before = keyway.adaptations();
            Tensor result = half.relu();
            AdaptationStatistics after = keyway.adaptations();
            assertEquals(DType.F16, result.dtype());
            assertArrayEquals(new float[] {0, 2, 3, 0, 5, 6}, result.toFloatArray());
            // The argument to f32, the result back to f16.
            assertEquals(0, after.layoutCopies() - before.layoutCopies());
            assertEquals(2, after.dtypeCopies() - before.dtypeCopies());
            assertEquals(24 + 12, after.bytes() - before.bytes());
        }
    }
}
