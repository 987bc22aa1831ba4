// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The directive is accepted, and once is enough. */
final class KernelCompilationTest {
    @Test
    void theVirtualMachineTakesTheDirectiveOnce() {
        assertTrue(KernelCompilation.prepare());
        assertTrue(KernelCompilation.prepare());
    }
}
