// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CompilersTest {
    @Test
    void theyComeToRest() {
        assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> {
                    while (Compilers.areBusy()) {
                        Thread.sleep(10);
                    }
                });
    }
}
