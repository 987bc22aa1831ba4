// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ShrinkerTest {
    private static final CaseId ID = new CaseId(1, "mm", ElementType.F32, 0);

    private static Sample product(long m, long k, long n) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        arguments.put("self", reals(m, k));
        arguments.put("mat2", reals(k, n));
        return new Sample(ID, "shape", arguments);
    }

    private static Input reals(long... shape) {
        return Input.of(HostArray.ofReals(ElementType.F32, shape, i -> i + 1));
    }

    private static long size(Sample sample, int input, int dim) {
        return sample.inputs().get(input).array().size(dim);
    }

    @Test
    void findsTheSmallestShapesThatStillFail() {
        Shrinker shrinker =
                new Shrinker(s -> size(s, 0, 1) >= 3 && size(s, 1, 1) >= 2 ? "wrong" : "", "wrong");
        Shrinker.Shrunk smallest = shrinker.shrink(product(7, 13, 5), "wrong");
        assertEquals(3, size(smallest.sample(), 0, 1));
        assertEquals(3, size(smallest.sample(), 1, 0), "both sides of the product shrink together");
        assertEquals(2, size(smallest.sample(), 1, 1));
        assertEquals(0, size(smallest.sample(), 0, 0));
    }

    @Test
    void aFailureOfAnotherKindIsNotTheSame() {
        Shrinker shrinker =
                new Shrinker(s -> size(s, 0, 0) < 7 ? "ArgumentException: no" : "wrong", "wrong");
        assertEquals(7, size(shrinker.shrink(product(7, 4, 5), "wrong").sample(), 0, 0));
    }

    @Test
    void aNumberThatIsWrongIsNotShrunkToANanThatIsLost() {
        String wrong = "result 0: element [3, 2] is 4.0, expected 5.0 within 0.0";
        String smaller = "result 0: element [0, 0] is 9.0, expected 7.5 within 0.0";
        String lost = "result 0: element [0, 0] is 0.0, expected NaN within 0.0";
        Shrinker shrinker =
                new Shrinker(
                        s -> size(s, 0, 0) >= 3 ? smaller : size(s, 0, 0) > 0 ? lost : "", wrong);
        Shrinker.Shrunk smallest = shrinker.shrink(product(7, 4, 5), wrong);
        assertEquals(3, size(smallest.sample(), 0, 0));
        assertEquals(smaller, smallest.problem());
    }

    @Test
    void theStepsLeadThereAgain() {
        ReplayLine line =
                ReplayLine.parse("seed=1:op=mm:dtype=f32:case=0:form=out:shrink=7>3,13>1");
        assertEquals("seed=1:op=mm:dtype=f32:case=0:form=out:shrink=7>3,13>1", line.toString());
        Sample sample = product(7, 13, 5);
        for (ShrinkStep step : line.shrink()) {
            sample = step.apply(sample);
        }
        assertEquals(3, size(sample, 0, 0));
        assertEquals(1, size(sample, 0, 1));
        assertEquals(1, size(sample, 1, 0));
        assertEquals(5, size(sample, 1, 1));
        assertEquals(2, sample.inputs().get(1).array().real(1), "the first elements stay");
    }

    @Test
    void aLineThatShrinksNothingSaysWhatWasExpected() {
        String line = "seed=1:op=mm:dtype=f32:case=0:shrink=seven";
        String message =
                assertThrows(IllegalArgumentException.class, () -> ReplayLine.parse(line))
                        .getMessage();
        assertEquals("'seven' shrinks nothing; expected sizes as 7>3,5>1", message);
    }

    @Test
    void knownFailuresNameOperatorDTypeAndForm() {
        KnownFailures.Entry entry = new KnownFailures.Entry("mm", "*", "value", "slow driver");
        assertTrue(entry.matches(new ReplayLine(ID, Form.VALUE, List.of())));
        assertFalse(entry.matches(new ReplayLine(ID, Form.OUT, List.of())));
    }
}
