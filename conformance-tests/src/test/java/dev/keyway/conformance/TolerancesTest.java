// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

/** The tolerances are told for each operator, and may be tightened, never loosened. */
class TolerancesTest {
    private static final ConformanceOptions FEW =
            ConformanceOptions.all().operators(Set.of("add.Tensor", "exp", "sum", "clone"));

    @Test
    void eachOperatorSaysWhatItAllows() {
        List<String> rows = Tolerances.of(FEW).stream().map(Object::toString).sorted().toList();
        assertEquals(4, rows.size(), rows::toString);
        assertTrue(rows.get(0).contains("operator=add.Tensor,"), rows::toString);
        assertTrue(
                rows.get(1).contains("operator=clone, allowed={bf16=exact, f16=exact, f32=exact"),
                rows::toString);
        assertTrue(rows.get(2).matches(".*exp, .*f32=[0-9.]+ \\.\\. [0-9.]+.*"), rows::toString);
        assertTrue(
                rows.get(3).matches(".*sum, allowed=\\{bf16=.*, f16=.*, f32=.*, f64=.*"),
                rows::toString);
    }

    @Test
    void aTightenedRunAsksForMore() {
        try (Keyway keyway = Keyway.open()) {
            Device device = keyway.device("cpu");
            Report whole = ConformanceRunner.run(keyway, device, FEW);
            Report half = ConformanceRunner.run(keyway, device, FEW.tighten(0.5));
            Report none = ConformanceRunner.run(keyway, device, FEW.tighten(1e-9));
            assertTrue(whole.passed(), whole::text);
            assertEquals(whole.results().size(), half.results().size());
            assertTrue(none.failedCount() > half.failedCount(), none::summary);
            List<String> operators = none.failures().stream().map(CaseResult::operator).toList();
            assertTrue(operators.contains("exp"), operators::toString);
            assertTrue(!operators.contains("clone"), operators::toString);
        }
    }

    @Test
    void noneCanBeLoosened() {
        for (double share : new double[] {1.01, 0, -1, Double.NaN}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> FEW.tighten(share));
            assertTrue(e.toString().contains("tightened, not loosened"), e.toString());
        }
    }
}
