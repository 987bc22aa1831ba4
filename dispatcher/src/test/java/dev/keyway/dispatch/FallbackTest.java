// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the simulated device does not compute: refused, or done on the host and written down. */
class FallbackTest extends DispatcherFixture {
    private final Device device = keyway.device("simulated");
    private final Tensor x = keyway.tensor(device, new double[] {0, 1, 4}, 3);

    @Test
    void deniedByDefaultWithTheRemedies() {
        UnsupportedOperatorException e =
                assertThrows(UnsupportedOperatorException.class, () -> x.sqrt());
        for (String part :
                List.of("sqrt", "f64", "simulated:0", "to(dtype)", "FallbackPolicy.ANNOUNCE")) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        assertEquals(List.of(), keyway.fallbackLedger());
    }

    @ParameterizedTest
    @EnumSource(
            value = FallbackPolicy.class,
            names = {"ANNOUNCE", "ALLOW"})
    void theLedgerHasOperatorCountAndBytes(FallbackPolicy policy) {
        long before;
        try (Scope scope = keyway.fallback(policy)) {
            x.sqrt().close();
            x.add(x).close();
            before = live(device);
            try (Tensor root = x.sqrt();
                    Tensor sum = x.add(x)) {
                assertEquals(device, root.device());
                assertArrayEquals(new double[] {0, 1, 2}, root.toDoubleArray());
                assertArrayEquals(new double[] {0, 2, 8}, sum.toDoubleArray());
            }
        }
        assertEquals(before, live(device));
        assertEquals(0, live(keyway.device("reference")));
        List<FallbackRecord> ledger = keyway.fallbackLedger();
        assertEquals(2, ledger.size());
        for (FallbackRecord entry : ledger) {
            assertEquals("simulated:0", entry.device());
            assertEquals(2, entry.count());
            boolean sum = entry.operator().equals("add.Tensor");
            assertEquals(2 * 24 * (sum ? 3 : 2), entry.bytes());
            assertTrue(entry.nanos() > 0);
        }
        assertThrows(UnsupportedOperatorException.class, () -> x.sqrt());
    }

    @Test
    void inPlaceAndSeveralResults() {
        try (Scope scope = keyway.fallback(FallbackPolicy.ALLOW)) {
            x.sqrt_();
            assertArrayEquals(new double[] {0, 1, 2}, x.toDoubleArray());
            assertEquals(1, x.version());
            var largest = Ops.max(x.reshape(1, 3), 1);
            assertEquals(2, largest.values().item());
            assertEquals(2, largest.indices().itemLong());
        }
    }

    @Test
    void thePolicyIsTheThreadsOwn() throws Exception {
        try (Scope scope = keyway.fallback(FallbackPolicy.ALLOW);
                ExecutorService other = Executors.newFixedThreadPool(1)) {
            Future<?> denied =
                    other.submit(() -> assertThrows(UnsupportedOperatorException.class, x::sqrt));
            denied.get();
            x.sqrt().close();
        }
    }

    @Test
    void theBuilderSetsThePolicyOfEveryThread() {
        try (Keyway allowing = Keyway.builder().threads(1).fallback(FallbackPolicy.ALLOW).open()) {
            Device simulated = allowing.device("simulated");
            Tensor four = Ops.full(simulated, DType.F64, 4.0, 2);
            assertArrayEquals(new double[] {2, 2}, four.sqrt().toDoubleArray());
        }
    }
}
