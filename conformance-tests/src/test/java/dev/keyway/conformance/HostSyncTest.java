// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Observer;
import dev.keyway.Operator;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Only operators whose results' sizes depend on elements make the host wait for the device. */
class HostSyncTest {
    /** With masks among the indices those of {@code index} and {@code index_put} do. */
    private static final Set<String> WAIT =
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

    @Test
    void noOtherOperatorWaits() {
        TreeSet<String> waiting = new TreeSet<>();
        try (Keyway keyway = Keyway.builder().open()) {
            Device device = keyway.device("simulated");
            for (OperatorSamples operator : Samples.all().values()) {
                for (ElementType type : operator.types()) {
                    if (device.computes(ElementTypes.dtype(type.wide()))) {
                        for (Sample sample : operator.samples(1, type)) {
                            if (waits(keyway, device, sample)) {
                                waiting.add(operator.operator());
                            }
                        }
                    }
                }
            }
        }
        waiting.removeAll(WAIT);
        assertEquals(Set.of(), waiting);
    }

    private static boolean waits(Keyway keyway, Device device, Sample sample) {
        boolean computes =
                sample.types().stream()
                        .allMatch(t -> device.computes(ElementTypes.dtype(t.wide())));
        boolean results =
                sample.expected().stream()
                        .allMatch(e -> device.computes(ElementTypes.dtype(e.type().wide())));
        if (!computes || !results) {
            return false;
        }
        try (Workbench bench = new Workbench(keyway, device)) {
            Map<String, @Nullable Object> tensors = bench.upload(sample);
            Syncs syncs = new Syncs();
            try (Scope _ = keyway.observe(syncs)) {
                bench.call(sample, tensors).forEach(Tensor::isContiguous);
            }
            return syncs.waited;
        }
    }
}
