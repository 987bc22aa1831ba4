// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Oracles;

import org.junit.jupiter.api.Test;

import java.util.TreeSet;

class SamplesTest {
    @Test
    void everySampleHasAnOracleThatComputesIt() {
        for (OperatorSamples operator : Samples.all().values()) {
            for (ElementType type : operator.types()) {
                for (Sample sample : operator.samples(3, type)) {
                    assertFalse(sample.expected().isEmpty(), sample.id().toString());
                }
            }
        }
    }

    @Test
    void everyOracleHasSamples() {
        TreeSet<String> without = new TreeSet<>(Oracles.all().keySet());
        without.removeAll(Samples.all().keySet());
        // Needs a second device; the suite's device cases copy to and from one.
        assertEquals("[_to_device]", without.toString());
    }

    @Test
    void aLineReplaysExactlyItsCase() {
        for (String line :
                new String[] {
                    "seed=1:op=add.Tensor:dtype=f32:case=7",
                    "seed=-5:op=conv2d:dtype=f64:case=3",
                    "seed=9:op=arange:dtype=i64:case=2"
                }) {
            CaseId id = CaseId.parse(line);
            assertEquals(line, id.toString());
            Expected first = Samples.replay(id).expected().getFirst();
            Expected second = Samples.replay(id).expected().getFirst();
            assertEquals(first.numel(), second.numel());
            for (int i = 0; i < first.numel(); i++) {
                assertEquals(first.value(i), second.value(i));
            }
        }
    }

    @Test
    void anotherSeedDrawsOtherValues() {
        HostArray one = drawn(1);
        HostArray two = drawn(2);
        boolean differ = false;
        for (int i = 0; i < one.numel(); i++) {
            differ |= one.real(i) != two.real(i);
        }
        assertEquals(true, differ);
    }

    private static HostArray drawn(long seed) {
        CaseId id = new CaseId(seed, "neg", ElementType.F32, 6);
        return Samples.replay(id).inputs().getFirst().array();
    }

    @Test
    void aLineThatIsNoneSaysWhatWasExpected() {
        IllegalArgumentException problem =
                assertThrows(IllegalArgumentException.class, () -> CaseId.parse("add f32 7"));
        assertEquals(
                "'add f32 7' is no case; expected seed=N:op=NAME:dtype=TYPE:case=N",
                problem.getMessage());
    }
}
