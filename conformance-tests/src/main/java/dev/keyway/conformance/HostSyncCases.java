// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.KeywayException;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Profile;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Operators only submit work; the host need not wait for the device. */
final class HostSyncCases {
    /**
     * Those whose results' sizes depend on elements must wait. Of {@code index} and {@code
     * index_put} only calls with masks among the indices do.
     */
    static final Set<String> MAY_WAIT =
            Set.of(
                    "argwhere",
                    "bincount",
                    "index.Tensor",
                    "index_put",
                    "masked_select",
                    "nonzero",
                    "one_hot",
                    "repeat_interleave.self_Tensor",
                    "unique",
                    "unique_consecutive",
                    "unique_dim",
                    "unique_dim_consecutive");

    private static final class Syncs implements Observer {
        private boolean waited;

        @Override
        public void before(Operator operator, Device device, DType computeDType) {}

        @Override
        public void after(Operator operator, Device device, DType computeDType) {}

        @Override
        public void hostSync(Device device) {
            waited = true;
        }
    }

    private HostSyncCases() {}

    /** Adds the check of one case of each operator of the profile. */
    static void add(DeviceCases.Group group, Profile profile) {
        group.add(
                "operators do not wait for the device, but those whose sizes depend on elements",
                1_000,
                bench -> check(bench, profile));
    }

    private static void check(Workbench bench, Profile profile) {
        Set<String> waiting = new TreeSet<>();
        for (OperatorSamples operator : Samples.all().values()) {
            if (profile.includes(operator.profile()) && !MAY_WAIT.contains(operator.operator())) {
                sample(operator, bench.device())
                        .filter(sample -> waitsUnlessItFails(bench, sample))
                        .ifPresent(sample -> waiting.add(sample.operator()));
            }
        }
        DeviceCases.require(waiting.isEmpty(), "these make the host wait: " + waiting);
    }

    private static boolean waitsUnlessItFails(Workbench bench, Sample sample) {
        try {
            return waits(bench, sample);
        } catch (KeywayException e) {
            return false; // its own cases tell that it fails
        }
    }

    private static Optional<Sample> sample(OperatorSamples operator, Device device) {
        return operator.types().stream()
                .filter(type -> device.computes(ElementTypes.dtype(type.wide())))
                .map(type -> operator.samples(1, type).getFirst())
                .filter(
                        sample ->
                                sample.types().stream()
                                        .allMatch(
                                                type ->
                                                        device.computes(
                                                                ElementTypes.dtype(type.wide()))))
                .findFirst();
    }

    /** Whether the call makes the host wait. */
    static boolean waits(Workbench bench, Sample sample) {
        Syncs syncs = new Syncs();
        try (Workbench own = new Workbench(bench.keyway(), bench.device())) {
            Map<String, @Nullable Object> tensors = own.upload(sample);
            try (Scope _ = bench.keyway().observe(syncs)) {
                own.call(sample, tensors).forEach(Tensor::isContiguous);
            }
        }
        return syncs.waited;
    }
}
