// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.UnsupportedOperatorException;
import dev.keyway.conformance.sample.Sample;

import java.util.List;

/** Operators in a dtype in which the device says that it does not compute. */
final class UnsupportedCases {
    private UnsupportedCases() {}

    static ConformanceCase of(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.UNSUPPORTED),
                "unsupported dtype",
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    String message = refusal(sample, bench);
                    String type = sample.id().type().toString();
                    String device = bench.device().name();
                    for (String part : List.of("not supported", type, device)) {
                        if (!message.contains(part)) {
                            throw new ConformanceFailure(
                                    "the error must name " + part + ", got: " + message);
                        }
                    }
                });
    }

    private static String refusal(Sample sample, Workbench bench) {
        try {
            bench.call(sample, bench.upload(sample));
        } catch (UnsupportedOperatorException e) {
            return String.valueOf(e.getMessage());
        }
        throw new ConformanceFailure(
                bench.device().name()
                        + " says that it does not compute in "
                        + sample.id().type()
                        + ", yet the call returned; expected UnsupportedOperatorException");
    }
}
