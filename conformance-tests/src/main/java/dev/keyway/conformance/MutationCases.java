// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Layout;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The forms that write to a tensor of the caller's: in place, and into {@code out}. */
final class MutationCases {
    private MutationCases() {}

    /**
     * Whether the result fits into {@code self}, which does not overlap itself; truth values fit
     * into any type.
     */
    static boolean fitsInPlace(Sample sample) {
        Expected expected = sample.expected().getFirst();
        return sample.arguments().get(changed(sample)) instanceof Input self
                && self.layout() != Layout.EXPANDED
                && (expected.type() == self.array().type() || expected.type() == ElementType.BOOL)
                && Arrays.equals(expected.shape(), self.array().shape());
    }

    /** The argument that the form in place changes. */
    private static String changed(Sample sample) {
        return sample.arguments().containsKey("self") ? "self" : "input";
    }

    /** In the middle of a larger tensor, whose other elements stay. */
    static ConformanceCase inPlace(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.IN_PLACE),
                sample.label(),
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    Map<String, @Nullable Object> tensors = bench.upload(sample);
                    Input changed = (Input) sample.arguments().get(changed(sample));
                    Guarded guarded = Guarded.of(bench, Objects.requireNonNull(changed));
                    Tensor self = guarded.tensor();
                    tensors.put(changed(sample), self);
                    long version = self.version();
                    Tensor result = bench.callOut(sample, tensors, self);
                    ElementType type = ElementTypes.elementType(self.dtype());
                    Expected expected = bench.asked(sample.expected().getFirst()).as(type);
                    ValueCases.compare("self", expected, bench.download(self), digest);
                    if (result.storage() != self.storage()) {
                        throw new ConformanceFailure("the in-place form returned other storage");
                    }
                    if (self.version() <= version) {
                        throw new ConformanceFailure(
                                "the version stayed " + version + "; a change in place adds one");
                    }
                    guarded.check(bench);
                });
    }

    /**
     * Into a dense tensor between sentinels and into one with strides, both full of other values.
     */
    static ConformanceCase out(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.OUT),
                sample.label(),
                sample.describe(),
                ValueCases.size(sample),
                (bench, digest) -> {
                    int returns = bench.keyway().operator(sample.operator()).schema().returns();
                    List<Expected> expected = sample.expected().subList(0, returns);
                    List<Guarded> guarded = new ArrayList<>();
                    List<Tensor> stepped = new ArrayList<>();
                    for (Expected result : expected) {
                        guarded.add(Guarded.of(bench, result.type(), result.shape()));
                        stepped.add(bench.upload(new Input(garbage(result), Layout.STEPPED)));
                    }
                    List<Tensor> dense = guarded.stream().map(Guarded::tensor).toList();
                    write(sample, bench, dense, "dense", digest);
                    guarded.forEach(result -> result.check(bench));
                    write(sample, bench, stepped, "with strides", digest);
                });
    }

    private static void write(
            Sample sample, Workbench bench, List<Tensor> out, String how, MessageDigest digest) {
        if (out.size() == 1) {
            bench.callOut(sample, bench.upload(sample), out.getFirst());
        } else {
            bench.callOut(sample, bench.upload(sample), out.toArray(Tensor[]::new));
        }
        for (int i = 0; i < out.size(); i++) {
            ValueCases.compare(
                    "out " + i + " (" + how + ")",
                    bench.asked(sample.expected().get(i)),
                    bench.download(out.get(i)),
                    digest);
        }
    }

    private static HostArray garbage(Expected expected) {
        return Guarded.garbage(expected.type(), expected.shape());
    }
}
