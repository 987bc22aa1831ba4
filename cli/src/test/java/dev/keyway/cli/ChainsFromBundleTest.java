// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.dispatch.Loaded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CPU makes loops for chains where its classes are a bundle's own, too. */
class ChainsFromBundleTest {
    /** So many that each call computes some by a loop made for the chain. */
    private static final int COUNT = (1 << 17) + 3;

    @TempDir static Path plugins;

    @BeforeAll
    static void fill() throws IOException {
        PluginFolder.fill(plugins, "cpu", "reference");
    }

    private static final class Chains implements Observer {
        private int most;

        @Override
        public void before(Operator operator, Device device, DType computeDType) {}

        @Override
        public void after(Operator operator, Device device, DType computeDType) {}

        @Override
        public void fused(List<Operator> operators, Device device) {
            most = Math.max(most, operators.size());
        }
    }

    @Test
    void haveTheBitsOfTheSingleOperators() {
        Chains chains = new Chains();
        try (Keyway keyway = Keyway.builder().classPathBackends(false).plugins(plugins).open();
                Scope _ = keyway.observe(chains)) {
            Device cpu = keyway.device("cpu");
            assertNotSame(
                    getClass().getClassLoader(), Loaded.backend(cpu).getClass().getClassLoader());
            try (Tensor x = Ops.arange(cpu, DType.F32, 0L, (long) COUNT);
                    Tensor y = x.sqrt()) {
                Supplier<Tensor> chain = () -> x.mul(y).add(y).sub(x).neg().div(y).relu();
                try (Tensor plain = chain.get()) {
                    for (int call = 0; call < 3; call++) {
                        try (Tensor fused = keyway.fuse(chain)) {
                            assertArrayEquals(plain.toFloatArray(), fused.toFloatArray());
                        }
                    }
                }
            }
        }
        assertTrue(chains.most >= 6, () -> chains.most + " operators");
    }
}
