// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.OwnCall;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** One operator with elements of one type, in libtorch and here. */
final class DTypeComparison {
    /** Cases of one kind that are tried until libtorch takes one; a refusal costs milliseconds. */
    private static final int TRIES = 2;

    private final Keyway keyway;
    private final Device device;

    DTypeComparison(Keyway keyway, Device device) {
        this.keyway = keyway;
        this.device = device;
    }

    /**
     * A difference.
     *
     * @param kind {@code missing}: libtorch takes the type, and we refuse it or the suite does not
     *     demand it of us; {@code extra}: the other way
     * @param detail for whoever looks for the cause
     */
    record Difference(String kind, String detail) {}

    /** What differs; null if nothing. */
    @Nullable Difference difference(OperatorSamples operator, ElementType type) {
        boolean demanded = operator.types().contains(type);
        Map<String, Integer> tries = new HashMap<>();
        String taken = demanded ? "in the suite" : null;
        for (int index = 0; index < operator.count(); index++) {
            Sample sample = sample(operator, type, index);
            if (sample == null || tries.getOrDefault(sample.label(), 0) >= TRIES) {
                continue;
            }
            String line = sample.label() + " " + sample.describe();
            String refusal = OwnCall.refusal(keyway, device, sample);
            Boolean takes = libtorchTakes(sample);
            if (takes == null) {
                continue;
            }
            if (takes && refusal != null) {
                return new Difference("missing", line + ": " + refusal);
            }
            if (takes) {
                return demanded ? null : new Difference("missing", line + " is not demanded");
            }
            tries.merge(sample.label(), 1, Integer::sum);
            taken = taken == null && refusal == null ? line : taken;
        }
        return taken == null ? null : new Difference("extra", taken);
    }

    /**
     * A case with elements of the type, or null where this number has none. Where types are mixed
     * on purpose the result's may be another one; and of no elements libtorch takes every type.
     */
    private static @Nullable Sample sample(OperatorSamples operator, ElementType type, int index) {
        Sample sample;
        try {
            sample = operator.sample(new CaseId(1, operator.operator(), type, index));
        } catch (RuntimeException e) {
            return null; // the case can't be drawn in this type
        }
        boolean mixed = sample.label().contains("promotes");
        boolean empty = sample.inputs().stream().anyMatch(input -> input.array().numel() == 0);
        boolean ofType =
                sample.inputs().isEmpty()
                        || sample.inputs().stream().anyMatch(input -> input.array().type() == type);
        return ofType && !empty && !mixed ? sample : null;
    }

    /** Null if the result has no elements, which says nothing. */
    private static @Nullable Boolean libtorchTakes(Sample sample) {
        try {
            int numel = LibtorchOperators.run(sample).stream().mapToInt(HostArray::numel).sum();
            return numel > 0 ? Boolean.TRUE : null;
        } catch (RuntimeException e) {
            return Boolean.FALSE;
        }
    }
}
