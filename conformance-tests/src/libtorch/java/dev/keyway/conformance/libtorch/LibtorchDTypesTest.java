// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Every operator takes the dtypes that libtorch takes on the CPU, and no others; the exceptions
 * stand in a file, each with its reason.
 */
@Tag("libtorch")
class LibtorchDTypesTest {
    @Test
    void operatorsTakeTheDTypesThatLibtorchTakes() {
        DTypeExceptions exceptions = DTypeExceptions.read();
        List<String> different = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        int equal = 0;
        for (OperatorSamples operator : Samples.all().values()) {
            if (!exceptions.compares(operator.operator())) {
                continue;
            }
            for (ElementType type : ElementType.values()) {
                boolean ours = operator.types().contains(type);
                if (ours == accepts(operator, type)) {
                    equal++;
                    continue;
                }
                String line = operator.operator() + " " + type + (ours ? " extra" : " missing");
                seen.add(line);
                if (!exceptions.has(line)) {
                    different.add(line);
                }
            }
        }
        System.out.printf(
                "libtorch takes the same dtypes in %d pairs of operator and dtype, %d exceptions%n",
                equal, seen.size());
        assertEquals(List.of(), different, "without a reason in dtypes.txt");
        assertEquals(List.of(), exceptions.unused(seen), "reasons for what is no exception");
    }

    /** Whether libtorch computes one of the operator's cases when its elements have this type. */
    private static boolean accepts(OperatorSamples operator, ElementType type) {
        for (int index = 0; index < operator.count(); index++) {
            try {
                Sample sample = operator.sample(new CaseId(1, operator.operator(), type, index));
                boolean ofType =
                        sample.inputs().isEmpty()
                                || sample.inputs().stream()
                                        .anyMatch(input -> input.array().type() == type);
                if (ofType) {
                    LibtorchOperators.run(sample);
                    return true;
                }
            } catch (RuntimeException e) {
                // Libtorch says no, or the case can't be drawn in this type; the next may do.
                continue;
            }
        }
        return false;
    }
}
