// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Layout;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;

/** Derivatives by differences of the oracles. */
class SlopesTest {
    private static HostArray numbers(int n) {
        return HostArray.ofReals(ElementType.F64, new long[] {n}, i -> 0.25 * i - 0.5);
    }

    private static Sample product(int index, int n) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        arguments.put("self", Input.of(numbers(n), Layout.CONTIGUOUS));
        arguments.put("other", Input.of(numbers(n), Layout.CONTIGUOUS));
        CaseId id = new CaseId(-7, "mul.Tensor", ElementType.F64, index);
        return new Sample(id, "product", arguments);
    }

    @Test
    void theSlopeOfAProductIsTheOtherFactorTimesTheWeight() {
        HostArray weights = HostArray.ofReals(ElementType.F64, new long[] {5}, i -> i + 1);
        Slopes slopes = Slopes.of(product(0, 5), "self", weights);
        for (int i = 0; i < 5; i++) {
            double expected = (i + 1) * (0.25 * i - 0.5);
            assertEquals(expected, slopes.slopes()[i], 1e-8);
            assertEquals(Math.abs(expected), slopes.terms()[i], 1e-8);
        }
    }

    @Test
    void onlyTheSameCallHasTheSameSlopes() {
        HostArray weights = HostArray.ofReals(ElementType.F64, new long[] {4}, i -> 1);
        Slopes slopes = Slopes.of(product(1, 4), "self", weights);
        assertSame(slopes, Slopes.of(product(1, 4), "self", weights));
        assertNotSame(slopes, Slopes.of(product(2, 4), "self", weights));
        assertNotSame(slopes, Slopes.of(product(1, 4), "other", weights));
        HostArray fewer = HostArray.ofReals(ElementType.F64, new long[] {3}, i -> 1);
        assertEquals(3, Slopes.of(product(1, 3), "self", fewer).slopes().length);
    }
}
