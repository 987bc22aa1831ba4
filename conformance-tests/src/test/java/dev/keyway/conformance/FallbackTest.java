// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.plugins.reference.ReferenceBackend;
import dev.keyway.plugins.simulated.SimulatedBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a device lacks, here f64 on the simulated one, is denied, or done on the host and noted. */
class FallbackTest {
    private final Keyway keyway =
            Keyway.builder()
                    .classPathBackends(false)
                    .backend(new SimulatedBackend())
                    .backend(new ReferenceBackend())
                    .open();
    private final Device device = keyway.device("simulated");

    @AfterEach
    void close() {
        keyway.close();
    }

    private Tensor doubles(double... values) {
        return keyway.tensor(device, values, values.length);
    }

    private FallbackRecord record(String operator) {
        return keyway.fallbackLedger().stream()
                .filter(record -> record.operator().equals(operator))
                .findFirst()
                .orElseThrow(() -> new AssertionError(keyway.fallbackLedger().toString()));
    }

    @Test
    void denyIsTheDefaultAndNamesTheRemedy() {
        try (Tensor x = doubles(1, 2)) {
            String message = assertThrows(UnsupportedOperatorException.class, x::exp).getMessage();
            assertTrue(message.contains("exp is not supported for f64 on simulated:0"), message);
            assertTrue(message.contains("fallback(FallbackPolicy.ANNOUNCE)"), message);
            assertEquals(List.of(), keyway.fallbackLedger());
        }
    }

    @Test
    void allowComputesOnTheHostAndTheLedgerHoldsCountBytesAndTime() {
        try (Scope _ = keyway.fallback(FallbackPolicy.ALLOW);
                Tensor x = doubles(0, 1, 2);
                Tensor y = x.exp();
                Tensor z = x.exp()) {
            assertEquals(device, y.device());
            assertArrayEquals(new double[] {1, Math.E, Math.exp(2)}, y.toDoubleArray(), 1e-14);
            FallbackRecord record = record("exp");
            assertEquals("simulated:0", record.device());
            assertEquals(2, record.count());
            assertEquals(2 * (24 + 24), record.bytes());
            assertTrue(record.nanos() > 0);
        }
        // The scope has ended.
        try (Tensor x = doubles(1)) {
            assertThrows(UnsupportedOperatorException.class, x::exp);
        }
    }

    @Test
    void announceLogsTheFirstCallOfEachOperator() {
        List<String> logged = new ArrayList<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        logged.add(
                                java.text.MessageFormat.format(
                                        record.getMessage(), record.getParameters()));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger logger = Logger.getLogger("dev.keyway.fallback");
        logger.addHandler(handler);
        try (Scope _ = keyway.fallback(FallbackPolicy.ANNOUNCE);
                Tensor x = doubles(1, 2);
                Tensor a = x.exp();
                Tensor b = x.exp();
                Tensor c = x.log()) {
            assertEquals(2, c.numel() * a.numel() * b.numel() / 4);
            assertEquals(
                    List.of(
                            "operator exp is not supported on simulated:0 and runs on reference:0",
                            "operator log is not supported on simulated:0 and runs on reference:0"),
                    logged);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void aCompositeWhosePrimitivesAreMissingFallsBackAsAWhole() {
        try (Scope _ = keyway.fallback(FallbackPolicy.ALLOW);
                Tensor x = doubles(1, 2, 3, 4);
                Tensor matrix = x.reshape(2, 2);
                Tensor sum = x.sum();
                Tensor product = matrix.matmul(matrix)) {
            assertEquals(10, sum.item());
            assertArrayEquals(new double[] {7, 10, 15, 22}, product.toDoubleArray());
            assertEquals(1, record("sum").count());
            assertEquals(1, record("mm").count());
        }
        try (Tensor x = doubles(1, 2)) {
            assertThrows(UnsupportedOperatorException.class, x::sum);
        }
    }

    @Test
    void inPlaceAndMixedCallsWriteBackToTheDevice() {
        try (Scope _ = keyway.fallback(FallbackPolicy.ALLOW);
                Tensor x = doubles(1, 2);
                Tensor y = doubles(10, 20)) {
            long version = x.version();
            x.add_(y);
            assertArrayEquals(new double[] {11, 22}, x.toDoubleArray());
            assertTrue(x.version() > version);
            try (Tensor result = Ops.div(x, y)) {
                assertArrayEquals(new double[] {1.1, 1.1}, result.toDoubleArray(), 1e-15);
            }
        }
    }

    @Test
    void gradientsFlowThroughWhatFellBack() {
        try (Scope _ = keyway.fallback(FallbackPolicy.ALLOW);
                Tensor x = doubles(0, 1).requiresGrad_(true);
                Tensor y = x.exp();
                Tensor sum = y.sum()) {
            sum.backward();
            assertArrayEquals(
                    new double[] {1, Math.E},
                    Objects.requireNonNull(x.grad()).toDoubleArray(),
                    1e-14);
        }
    }

    @Test
    void nothingStaysAllocatedOnTheHost() {
        Device host = keyway.device("reference");
        long before = host.memory().allocated();
        try (Scope _ = keyway.fallback(FallbackPolicy.ALLOW);
                Tensor x = doubles(1, 2, 3);
                Tensor y = x.exp()) {
            assertEquals(3, y.numel());
            assertEquals(before, host.memory().allocated());
        }
    }

    @Test
    void withoutAHostDeviceTheErrorSaysSo() {
        try (Keyway alone =
                        Keyway.builder()
                                .classPathBackends(false)
                                .backend(new SimulatedBackend())
                                .fallback(FallbackPolicy.ALLOW)
                                .open();
                Tensor x = alone.tensor(alone.device(), new double[] {1}, 1)) {
            String message = assertThrows(UnsupportedOperatorException.class, x::exp).getMessage();
            assertTrue(message.contains("and no host device serves it"), message);
        }
    }
}
