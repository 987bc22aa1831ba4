// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Integer division by zero. PoCL installs a handler of SIGFPE, after which the JVM, which relies on
 * its own, returned any number instead of throwing; and without one a division by zero in a kernel
 * would end the process.
 */
@Tag("opencl")
class OpenClSignalTest {
    private static int quotient(int a, int b) {
        return a / b;
    }

    private static long rest(long a, long b) {
        return a % b;
    }

    private static Keyway open() {
        return Keyway.builder().classPathBackends(false).backend(new OpenClBackend()).open();
    }

    @Test
    void javasDivisionByZeroStillThrowsInterpretedAndCompiled() {
        try (Keyway keyway = open();
                Tensor a = keyway.tensor(keyway.device("opencl"), new int[] {1}, 1);
                Tensor sum = a.add(a)) {
            assertArrayEquals(new long[] {2}, sum.toLongArray());
            int thrown = 0;
            for (int i = 0; i < 100_000; i++) {
                int divisor = i % 1000;
                try {
                    assertEquals(0, quotient(divisor - 1, Math.max(divisor, 0)) / 1000);
                    assertTrue(rest(i, divisor) < 1000);
                } catch (ArithmeticException e) {
                    thrown++;
                }
            }
            assertEquals(100, thrown);
        }
    }

    @Test
    void aDivisionByZeroOnTheDeviceIsAnErrorOfTheOperator() {
        try (Keyway keyway = open()) {
            Device device = keyway.device("opencl");
            int[] values = {7, Integer.MIN_VALUE, -7, 5};
            int[] divisors = {2, -1, 0, 0};
            try (Tensor a = keyway.tensor(device, values, 4);
                    Tensor b = keyway.tensor(device, divisors, 4)) {
                ArgumentException e =
                        assertThrows(
                                ArgumentException.class,
                                () -> {
                                    try (Tensor c = a.floorDivide(b)) {
                                        c.toLongArray();
                                    }
                                });
                assertEquals("floor_divide.Tensor: integer division by zero", e.getMessage());
                try (Tensor c = a.narrow(0, 0, 2);
                        Tensor d = b.narrow(0, 0, 2);
                        Tensor quotient = c.floorDivide(d);
                        Tensor rest = c.remainder(d)) {
                    assertArrayEquals(new long[] {3, Integer.MIN_VALUE}, quotient.toLongArray());
                    assertArrayEquals(new long[] {1, 0}, rest.toLongArray());
                }
            }
        }
    }
}
