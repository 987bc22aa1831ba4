// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.FallbackPolicy;
import dev.keyway.Keyway;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the suite's plain calls on two devices, of two vendors or of two versions of one plugin, and
 * compares the results with each other, element by element. Each may lie as far from the exact
 * value as the operator's tolerance says, so two may lie twice as far apart. Deterministic in the
 * seed.
 */
public final class Differential {
    private final Keyway keyway;
    private final Device device;
    private final Device against;
    private final ConformanceOptions options;
    private final List<String> skipped = new ArrayList<>();
    private final List<DifferentialReport.Difference> differences = new ArrayList<>();
    private long calls;
    private long elements;
    private long differing;

    private Differential(Keyway keyway, Device device, Device against, ConformanceOptions options) {
        this.keyway = keyway;
        this.device = device;
        this.against = against;
        this.options = options;
    }

    /**
     * Runs the plain calls that the options name, on the calling thread, without any fallback.
     *
     * @param keyway the runtime
     * @param device the device to check
     * @param against the device to compare with
     * @param options what to run
     * @return where the devices differ
     */
    public static DifferentialReport run(
            Keyway keyway, Device device, Device against, ConformanceOptions options) {
        return new Differential(keyway, device, against, options).run();
    }

    private DifferentialReport run() {
        try (Scope _ = keyway.fallback(FallbackPolicy.DENY)) {
            for (OperatorSamples operator : Samples.all().values()) {
                if (options.operators().isEmpty()
                        || options.operators().contains(operator.operator())) {
                    operator.types().forEach(type -> compare(operator, type));
                }
            }
        }
        return new DifferentialReport(
                device.name(),
                device.plugin(),
                against.name(),
                against.plugin(),
                options.seed(),
                calls,
                elements,
                differing,
                skipped,
                differences);
    }

    private void compare(OperatorSamples operator, ElementType type) {
        var schema = keyway.operator(operator.operator()).schema();
        if (schema.variants().equals(List.of("inplace"))) {
            return;
        }
        boolean storage = operator.isOnStorage();
        if (!storage && !bothCompute(type)) {
            skipped.add(operator.operator() + " " + type);
            return;
        }
        for (Sample sample : operator.samples(options.seed(), type)) {
            boolean runs = storage || sample.types().stream().allMatch(this::bothCompute);
            if (runs && options.includes(new ReplayLine(sample.id(), Form.VALUE))) {
                compare(sample);
            }
        }
    }

    private boolean bothCompute(ElementType type) {
        var dtype = ElementTypes.dtype(type.wide());
        return device.computes(dtype) && against.computes(dtype);
    }

    /** What a call gave: results, or the error. */
    private record Outcome(List<HostArray> results, String error) {}

    private void compare(Sample sample) {
        Outcome here = outcome(sample, device);
        Outcome there = outcome(sample, against);
        calls++;
        String problem = null;
        if (!here.error.equals(there.error)) {
            problem =
                    device.name()
                            + (here.error.isEmpty() ? " has a result" : ": " + here.error)
                            + "; "
                            + against.name()
                            + (there.error.isEmpty() ? " has a result" : ": " + there.error);
        } else if (here.error.isEmpty()) {
            problem = difference(sample, here.results, there.results);
        }
        if (problem != null) {
            String line = new ReplayLine(sample.id(), Form.VALUE).toString();
            differences.add(new DifferentialReport.Difference(line, sample.describe(), problem));
        }
    }

    private Outcome outcome(Sample sample, Device on) {
        try (Workbench bench = new Workbench(keyway, on)) {
            List<HostArray> results = new ArrayList<>();
            for (Tensor result : bench.call(sample, bench.upload(sample))) {
                results.add(bench.download(result));
            }
            return new Outcome(results, "");
        } catch (RuntimeException e) {
            // The device's name is part of many messages, and no difference.
            String message = String.valueOf(e.getMessage()).replace(on.name(), "the device");
            return new Outcome(
                    List.of(),
                    e.getClass().getSimpleName() + ": " + message.replace(on.plugin(), "it"));
        }
    }

    private @Nullable String difference(
            Sample sample, List<HostArray> here, List<HostArray> there) {
        List<Expected> expected = sample.expected();
        if (here.size() != there.size()) {
            return here.size() + " results against " + there.size();
        }
        for (int i = 0; i < Math.min(here.size(), expected.size()); i++) {
            String difference = difference(expected.get(i), here.get(i), there.get(i));
            if (difference != null) {
                return "result " + i + ": " + difference;
            }
        }
        return null;
    }

    private @Nullable String difference(Expected expected, HostArray here, HostArray there) {
        if (here.type() != there.type() || !Arrays.equals(here.shape(), there.shape())) {
            return here.type()
                    + Arrays.toString(here.shape())
                    + " against "
                    + there.type()
                    + Arrays.toString(there.shape());
        }
        elements += here.numel();
        for (int i = 0; i < here.numel(); i++) {
            if (!isSame(here, there, i)) {
                differing++;
                if (!isNear(expected, here, there, i)) {
                    return "element "
                            + i
                            + " is "
                            + here.text(i)
                            + " against "
                            + there.text(i)
                            + ", which may be "
                            + reach(expected, here.type(), i)
                            + " apart";
                }
            }
        }
        return null;
    }

    private static boolean isSame(HostArray here, HostArray there, int i) {
        return here.type().isFloating()
                ? Double.compare(here.real(i), there.real(i)) == 0
                : here.integer(i) == there.integer(i);
    }

    private static boolean isNear(Expected expected, HostArray here, HostArray there, int i) {
        if (!here.type().isFloating()) {
            return false;
        }
        double a = here.real(i);
        double b = there.real(i);
        // A zero's sign is left to the check against the definition.
        return a == b || Math.abs(a - b) <= reach(expected, here.type(), i);
    }

    /** Twice the tolerance; a result that is the exact value rounded is always allowed. */
    private static double reach(Expected expected, ElementType type, int i) {
        double exact = expected.value(i);
        double rounding = Math.abs(type.round(exact) - exact);
        double one =
                Double.isFinite(rounding)
                        ? Math.max(expected.bound(i), rounding)
                        : expected.bound(i);
        return 2 * one;
    }
}
