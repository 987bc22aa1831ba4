// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Keyway;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.libtorch.DTypeComparison.Difference;
import dev.keyway.conformance.sample.OperatorSamples;
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
        Exceptions exceptions = Exceptions.read("dtypes.txt");
        List<String> different = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        int equal = 0;
        try (Keyway keyway = Keyway.open()) {
            DTypeComparison comparison = new DTypeComparison(keyway, keyway.device("cpu"));
            for (OperatorSamples operator : Samples.all().values()) {
                for (ElementType type : ElementType.values()) {
                    Difference difference = comparison.difference(operator, type);
                    if (difference == null) {
                        equal++;
                        continue;
                    }
                    String line = operator.operator() + " " + type + " " + difference.kind();
                    seen.add(line);
                    if (!exceptions.has(line)) {
                        different.add(line + ": " + difference.detail());
                    }
                }
            }
        }
        System.out.printf(
                "libtorch takes the same dtypes in %d pairs of operator and dtype, %d exceptions%n",
                equal, seen.size());
        assertEquals("", String.join("\n", different), "without a reason in dtypes.txt");
        assertEquals(List.of(), exceptions.unused(seen), "reasons for what is no exception");
    }
}
