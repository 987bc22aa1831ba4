// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Keyway;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.ServiceLoader;

/**
 * A device that stores f64 but does not compute in it passes, and refuses f64 in the documented
 * words.
 */
class UnsupportedDTypeTest {
    @Test
    void aDeviceWithoutDoublePassesTheSuite() {
        try (Keyway keyway =
                Keyway.builder().classPathBackends(false).backend(new WithoutDouble()).open()) {
            ConformanceOptions options =
                    ConformanceOptions.all().forms(Form.VALUE, Form.IN_PLACE, Form.UNSUPPORTED);
            Report report = ConformanceRunner.run(keyway, keyway.device("reference"), options);
            long refused =
                    report.results().stream()
                            .filter(result -> result.form().equals(Form.UNSUPPORTED.text()))
                            .count();
            System.out.printf("without f64: %s, %d refusals%n", report.summary(), refused);
            assertTrue(report.passed(), report::text);
            assertTrue(refused > 50, "only " + refused + " refusals were checked");
        }
    }

    /** The reference backend without f64. */
    private static final class WithoutDouble implements Backend {
        private final Backend right =
                ServiceLoader.load(Backend.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(backend -> backend.deviceType().equals("reference"))
                        .findFirst()
                        .orElseThrow();

        @Override
        public String deviceType() {
            return right.deviceType();
        }

        @Override
        public List<DeviceDescription> probe(Services services) {
            return right.probe(services);
        }

        @Override
        public DeviceDriver open(int index, Services services) {
            return new Driver(right.open(index, services));
        }

        @Override
        public void register(KernelRegistry registry) {
            right.register(registry);
        }
    }

    private record Driver(DeviceDriver right) implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return dtype != DType.F64 && right.computes(dtype);
        }

        @Override
        public DeviceMemory memory() {
            return right.memory();
        }

        @Override
        public DeviceStream newStream() {
            return right.newStream();
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
