// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.ArgumentException;
import dev.keyway.conformance.sample.ErrorTable.Wrong;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;

import java.util.List;

/** Wrong arguments: refused with {@link ArgumentException}, naming the operator and what came. */
final class ErrorCases {
    private ErrorCases() {}

    /** All cases. */
    static List<ConformanceCase> all(long seed) {
        return Samples.errors(seed).stream().map(ErrorCases::of).toList();
    }

    private static ConformanceCase of(Wrong wrong) {
        Sample sample = wrong.sample();
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.ERROR),
                "error",
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    String message = refusal(sample, bench);
                    for (String part : wrong.parts()) {
                        if (!message.contains(part)) {
                            throw new ConformanceFailure(
                                    "the error must name " + part + ", got: " + message);
                        }
                    }
                });
    }

    /** Errors that depend on values may come when the device is waited for. */
    private static String refusal(Sample sample, Workbench bench) {
        try {
            bench.call(sample, bench.upload(sample));
            bench.device().synchronize();
        } catch (ArgumentException e) {
            return String.valueOf(e.getMessage());
        }
        throw new ConformanceFailure("the call returned; expected an ArgumentException");
    }
}
