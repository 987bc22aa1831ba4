// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that once failed on right devices, for the suite's fault. */
class FlakesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "seed=263:op=cdist:dtype=f64:case=16:form=gradient",
                "seed=284:op=asinh:dtype=f64:case=15:form=out",
                "seed=284:op=asinh:dtype=f64:case=15",
                "seed=518:op=div.Tensor_mode:dtype=bf16:case=10:form=gradient"
            })
    void passOnTheReferenceDevice(String line) {
        try (Keyway keyway = Keyway.open()) {
            ConformanceOptions options = ConformanceOptions.all().replay(line);
            Report report = ConformanceRunner.run(keyway, keyway.device("reference"), options);
            assertTrue(report.passed(), report::text);
            assertEquals(1, report.results().size(), report::text);
        }
    }
}
