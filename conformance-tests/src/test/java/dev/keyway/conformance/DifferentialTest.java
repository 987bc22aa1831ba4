// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.CpuBackend;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two devices against each other. */
class DifferentialTest {
    private static final Set<String> SOME =
            Set.of("exp", "add.Tensor", "sum.dim", "mm", "softmax", "argmax", "gather", "floor");

    private static Keyway open() {
        return Keyway.builder()
                .classPathBackends(false)
                .backend(new ReferenceBackend())
                .backend(new CpuBackend())
                .open();
    }

    @Test
    void twoGoodDevicesAgreeWithinTheToleranceThoughNotInEveryBit() {
        try (Keyway keyway = open()) {
            DifferentialReport report =
                    Differential.run(
                            keyway,
                            keyway.device("cpu"),
                            keyway.device("reference"),
                            ConformanceOptions.all());
            assertTrue(report.passed(), report::text);
            assertTrue(report.calls() > 1000, report::text);
            assertTrue(report.differing() > 0, report::text);
            System.out.println(report.text());
        }
    }

    @Test
    void aDeviceAgreesWithItselfInEveryBit() {
        try (Keyway keyway = open()) {
            DifferentialReport report =
                    Differential.run(
                            keyway,
                            keyway.device("reference"),
                            keyway.device("reference"),
                            ConformanceOptions.all().operators(SOME));
            assertTrue(report.passed(), report::text);
            assertEquals(0, report.differing());
        }
    }

    @Test
    void aWrongElementIsFoundWithTheLineThatReplaysIt() {
        try (Keyway keyway = open();
                Registration _ =
                        keyway.register(new WrongExp(), new PluginInfo("test", "1", "here"))) {
            DifferentialReport report =
                    Differential.run(
                            keyway,
                            keyway.device("cpu"),
                            keyway.device("reference"),
                            ConformanceOptions.all().operators(Set.of("exp", "floor")));
            assertFalse(report.passed());
            var first = report.differences().getFirst();
            assertTrue(first.replay().startsWith("seed=1:op=exp:dtype="), first::replay);
            assertTrue(first.problem().contains(" against "), first::problem);
            assertTrue(
                    report.differences().stream().allMatch(d -> d.replay().contains(":op=exp:")));
        }
    }

    @Test
    void whatNeitherComparesIsNoPass() {
        try (Keyway keyway = open()) {
            var none = ConformanceOptions.all().operators(Set.of("no such operator"));
            var device = keyway.device("cpu");
            assertFalse(Differential.run(keyway, device, device, none).passed());
        }
    }

    /** One tenth too large, on the reference device. */
    private static final class WrongExp implements KernelProvider, Kernel1 {
        private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

        @Override
        public String deviceType() {
            return "reference";
        }

        @Override
        public int ranking() {
            return 1;
        }

        @Override
        public void register(KernelRegistry registry) {
            registry.operator("exp", Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? this : null);
        }

        @Override
        public void run(KernelCall call, Tensor out, Tensor self) {
            for (long i = 0; i < 4 * out.numel(); i += 4) {
                float x = ALL.get(ValueLayout.JAVA_FLOAT, self.address() + i);
                ALL.set(
                        ValueLayout.JAVA_FLOAT,
                        out.address() + i,
                        (float) (1.1 * StrictMath.exp(x)));
            }
        }
    }
}
