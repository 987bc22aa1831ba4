// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.FallbackPolicy;
import dev.keyway.Keyway;
import dev.keyway.Scope;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Runs the suite on a device, without any fallback to the host. Deterministic: the same options
 * check the same calls in the same order.
 */
public final class ConformanceRunner {
    private final Keyway keyway;
    private final Device device;
    private final ConformanceOptions options;
    private final List<CaseResult> results = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final MessageDigest digest;

    private ConformanceRunner(Keyway keyway, Device device, ConformanceOptions options) {
        this.keyway = keyway;
        this.device = device;
        this.options = options;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Runs what the options ask for on the calling thread.
     *
     * @return the outcome of each check; a run that checked nothing has not passed
     */
    public static Report run(Keyway keyway, Device device, ConformanceOptions options) {
        return new ConformanceRunner(keyway, device, options).run();
    }

    private Report run() {
        long start = System.nanoTime();
        try (Scope _ = keyway.fallback(FallbackPolicy.DENY)) {
            for (OperatorSamples operator : Samples.all().values()) {
                operator(operator);
            }
            ErrorCases.all(options.seed()).forEach(this::check);
            DeterminismCases.all(options.seed()).forEach(this::check);
        }
        return new Report(
                device.name(),
                device.description(),
                device.plugin(),
                options.seed(),
                HexFormat.of().formatHex(digest.digest()),
                (System.nanoTime() - start) / 1e9,
                missing,
                results);
    }

    private void operator(OperatorSamples operator) {
        for (ElementType type : operator.types()) {
            int before = results.size();
            List<Sample> samples = operator.samples(options.seed(), type);
            if (operator.isOnStorage() || computes(type)) {
                samples.stream()
                        .filter(sample -> operator.isOnStorage() || computes(sample))
                        .forEach(this::forms);
                gradients(samples, type);
            } else {
                check(UnsupportedCases.of(samples.getFirst()));
            }
            boolean wanted =
                    options.replay() == null
                            && options.forms().contains(Form.VALUE)
                            && (options.operators().isEmpty()
                                    || options.operators().contains(operator.operator()));
            if (wanted && results.size() == before) {
                missing.add(operator.operator() + " " + type);
            }
        }
    }

    private boolean computes(ElementType type) {
        return device.computes(ElementTypes.dtype(type.wide()));
    }

    private boolean computes(Sample sample) {
        boolean inputs = sample.types().stream().allMatch(this::computes);
        return inputs && sample.expected().stream().map(Expected::type).allMatch(this::computes);
    }

    private void forms(Sample sample) {
        OperatorSchema schema = keyway.operator(sample.operator()).schema();
        boolean function = !schema.variants().equals(List.of("inplace"));
        if (function) {
            check(ValueCases.of(sample));
        }
        if (schema.has("inplace") && MutationCases.fitsInPlace(sample)) {
            check(MutationCases.inPlace(sample));
        }
        if (schema.has("out")) {
            check(MutationCases.out(sample));
        }
        boolean view = schema.arguments().stream().anyMatch(Argument::aliased);
        if (view && !sample.operator().equals("detach") && AliasCases.applies(sample)) {
            check(AliasCases.of(sample));
        }
    }

    private void gradients(List<Sample> samples, ElementType type) {
        OperatorDefinition definition = keyway.operator(samples.getFirst().operator()).definition();
        if (type.isFloating()
                && computes(type)
                && !definition.isNotDifferentiable()
                && (definition.differentiable() & 1) != 0) {
            GradientCases.choose(samples).forEach(sample -> check(GradientCases.of(sample)));
        }
    }

    private void check(ConformanceCase conformanceCase) {
        if (!options.includes(conformanceCase.line())) {
            return;
        }
        String problem = "";
        try (Workbench bench = new Workbench(keyway, device)) {
            conformanceCase.body().run(bench, digest);
        } catch (ConformanceFailure failure) {
            problem = String.valueOf(failure.getMessage());
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            problem = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        ReplayLine line = conformanceCase.line();
        results.add(
                new CaseResult(
                        line.toString(),
                        line.id().operator(),
                        line.id().type().toString(),
                        line.form().text(),
                        conformanceCase.label(),
                        conformanceCase.description(),
                        conformanceCase.size(),
                        problem.isEmpty(),
                        problem));
    }
}
