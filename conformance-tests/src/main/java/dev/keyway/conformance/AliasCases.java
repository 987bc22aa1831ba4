// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Layout;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What is written to a view stands in its base, and the base's version tells. */
final class AliasCases {
    private AliasCases() {}

    /** Whether the sample's operator returns a view of dense {@code self} without overlap. */
    static boolean applies(Sample sample) {
        if (!(sample.arguments().get("self") instanceof Input self)
                || self.layout() != Layout.CONTIGUOUS
                || sample.label().equals("interleaved")) {
            return false;
        }
        Expected positions = positions(sample);
        Set<Double> distinct = new HashSet<>();
        for (int i = 0; i < positions.numel(); i++) {
            distinct.add(positions.value(i));
        }
        return distinct.size() == positions.numel();
    }

    /** Which elements of self the view shows: the oracle on numbered elements. */
    private static Expected positions(Sample sample) {
        Input self = (Input) Objects.requireNonNull(sample.arguments().get("self"));
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>(sample.arguments());
        HostArray numbered = HostArray.ofIntegers(ElementType.I64, self.array().shape(), i -> i);
        arguments.put("self", Input.of(numbered));
        CaseId id = sample.id();
        return new Sample(id, sample.label(), arguments).expected().getFirst();
    }

    static ConformanceCase of(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.ALIAS),
                sample.label(),
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    Map<String, @Nullable Object> tensors = bench.upload(sample);
                    Tensor base = (Tensor) Objects.requireNonNull(tensors.get("self"));
                    List<Tensor> results = bench.call(sample, tensors);
                    long version = base.version();
                    results.getFirst().fill_(0L);
                    ValueCases.compare(
                            "the base after its view was filled with 0",
                            Expected.exactly(filled(sample)),
                            bench.download(base),
                            digest);
                    if (base.version() <= version) {
                        throw new ConformanceFailure("writing to the view left the base's version");
                    }
                });
    }

    private static HostArray filled(Sample sample) {
        Input self = (Input) Objects.requireNonNull(sample.arguments().get("self"));
        HostArray array = self.array();
        Expected positions = positions(sample);
        Set<Integer> written = new HashSet<>();
        for (int i = 0; i < positions.numel(); i++) {
            written.add((int) positions.value(i));
        }
        return array.type().isFloating()
                ? HostArray.ofReals(
                        array.type(), array.shape(), i -> written.contains(i) ? 0 : array.real(i))
                : HostArray.ofIntegers(
                        array.type(),
                        array.shape(),
                        i -> written.contains(i) ? 0 : array.integer(i));
    }
}
