// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.CaseId;

import java.util.ArrayList;
import java.util.List;

/**
 * Checks of the device itself rather than of an operator. They are listed under {@code
 * device.streams}, {@code device.transfers}, {@code device.memory}, {@code device.fusion} and
 * {@code device.lifecycle}, and belong to every profile.
 */
final class DeviceCases {
    private DeviceCases() {}

    static List<ConformanceCase> all(ConformanceOptions options, Device device) {
        long seed = options.seed();
        List<ConformanceCase> cases = new ArrayList<>();
        Group streams = new Group(seed, "device.streams", Form.STREAM, cases);
        StreamCases.add(streams);
        HostSyncCases.add(streams, options.profile());
        TransferCases.add(new Group(seed, "device.transfers", Form.TRANSFER, cases));
        GuardCases.add(new Group(seed, "device.memory", Form.MEMORY, cases));
        Group fusion = new Group(seed, "device.fusion", Form.FUSED, cases);
        FusionCases.add(fusion, options.profile(), device);
        if (options.reopen() != null) {
            Group group = new Group(seed, "device.lifecycle", Form.LIFECYCLE, cases);
            LifecycleCases.add(group, options.reopen());
        }
        return cases;
    }

    /** One check. */
    @FunctionalInterface
    interface Check {
        void run(Workbench bench);
    }

    /** Checks of one form; their numbers start from 0. */
    static final class Group {
        private final long seed;
        private final String name;
        private final Form form;
        private final List<ConformanceCase> cases;
        private int count;

        Group(long seed, String name, Form form, List<ConformanceCase> cases) {
            this.seed = seed;
            this.name = name;
            this.form = form;
            this.cases = cases;
        }

        long seed() {
            return seed;
        }

        /** Adds a check that uses about this many elements. */
        void add(String label, long size, Check check) {
            add(ElementType.F32, label, size, check);
        }

        /** Adds a check that is of this element type. */
        void add(ElementType type, String label, long size, Check check) {
            CaseId id = new CaseId(seed, name, type, count++);
            cases.add(
                    new ConformanceCase(
                            new ReplayLine(id, form),
                            label,
                            label,
                            size,
                            (bench, digest) -> check.run(bench)));
        }
    }

    /** Fails with the message unless the condition holds. */
    static void require(boolean condition, String message) {
        if (!condition) {
            throw new ConformanceFailure(message);
        }
    }
}
