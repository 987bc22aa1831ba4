// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

/** Whether a device of ours takes a call, right or wrong. */
public final class OwnCall {
    private OwnCall() {}

    /** Why the operator does not compute the sample on the device; null if it does. */
    public static @Nullable String refusal(Keyway keyway, Device device, Sample sample) {
        try (Workbench bench = new Workbench(keyway, device)) {
            bench.call(sample, bench.upload(sample));
            return null;
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
