// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Tensor;
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
                (bench, digest) -> check(sample, bench));
    }

    /**
     * An operator that first converts, as any does to bool, may answer; then the answer is right.
     */
    private static void check(Sample sample, Workbench bench) {
        Tensor result;
        try {
            result = bench.call(sample, bench.upload(sample)).getFirst();
        } catch (UnsupportedOperatorException e) {
            explains(sample, bench, String.valueOf(e.getMessage()));
            return;
        }
        ValueCases.compare("result 0", sample.expected().getFirst(), bench.download(result), null);
    }

    private static void explains(Sample sample, Workbench bench, String message) {
        String type = sample.id().type().toString();
        for (String part : List.of("not supported", type, bench.device().name())) {
            if (!message.contains(part)) {
                throw new ConformanceFailure("the error must name " + part + ", got: " + message);
            }
        }
    }
}
