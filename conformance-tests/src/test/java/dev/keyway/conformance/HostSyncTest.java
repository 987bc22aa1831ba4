// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Only operators whose results' sizes depend on elements make the host wait for the device. */
class HostSyncTest {
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
        waiting.removeAll(HostSyncCases.MAY_WAIT);
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
            return HostSyncCases.waits(bench, sample);
        }
    }
}
