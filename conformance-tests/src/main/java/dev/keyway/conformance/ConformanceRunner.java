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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs the suite on a device, without any fallback to the host. Deterministic: the same options
 * check the same calls in the same order.
 */
public final class ConformanceRunner {
    /** Making a case smaller costs up to sixty calls; a device with many faults has a few shown. */
    private static final int MOST_SHRUNK = 25;

    private final Keyway keyway;
    private final Device device;
    private final ConformanceOptions options;
    private final List<CaseResult> results = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private final MessageDigest cases = sha256();
    private final Set<String> shrunk = new HashSet<>();

    private ConformanceRunner(Keyway keyway, Device device, ConformanceOptions options) {
        this.keyway = keyway;
        this.device = device;
        this.options = options;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Runs what the options ask for on the calling thread.
     *
     * @param keyway the runtime
     * @param device the device to check
     * @param options what to run
     * @return the outcome of each check; a run that checked nothing has not passed
     */
    public static Report run(Keyway keyway, Device device, ConformanceOptions options) {
        return run(keyway, device, options, RunListener.NONE);
    }

    /**
     * {@return the outcome, as {@link #run(Keyway, Device, ConformanceOptions)}, telling how far it
     * has come}
     *
     * @param keyway the runtime
     * @param device the device to check
     * @param options what to run
     * @param listener called on the thread of the run
     */
    public static Report run(
            Keyway keyway, Device device, ConformanceOptions options, RunListener listener) {
        return new ConformanceRunner(keyway, device, options).run(listener);
    }

    private Report run(RunListener listener) {
        long start = System.nanoTime();
        try (Scope _ = keyway.fallback(FallbackPolicy.DENY)) {
            List<OperatorSamples> operators =
                    Samples.all().values().stream().filter(options::includes).toList();
            if (options.cases() > 0) {
                draw(operators);
            } else {
                for (int i = 0; i < operators.size(); i++) {
                    listener.started(operators.get(i).operator(), i, operators.size());
                    operator(operators.get(i));
                }
                others(operators).forEach(this::check);
            }
        }
        return new Report(
                device.name(),
                device.description(),
                device.plugin(),
                options.profile(),
                lacking(),
                options.seed(),
                HexFormat.of().formatHex(cases.digest()),
                HexFormat.of().formatHex(digest.digest()),
                (System.nanoTime() - start) / 1e9,
                missing,
                results,
                unexpectedPasses());
    }

    /** Checks that are not of one operator and dtype. */
    private List<ConformanceCase> others(List<OperatorSamples> operators) {
        Set<String> names = new HashSet<>();
        operators.forEach(operator -> names.add(operator.operator()));
        List<ConformanceCase> others = new ArrayList<>();
        Stream.of(
                        ErrorCases.all(options.seed()),
                        DeterminismCases.all(options.seed()),
                        OverlapCases.all(options.seed()))
                .flatMap(List::stream)
                .filter(c -> names.contains(c.line().id().operator()))
                .forEach(others::add);
        others.addAll(DeviceCases.all(options, device));
        return others;
    }

    /** Pairs of operator and dtype and single checks in an order drawn by the seed. */
    private void draw(List<OperatorSamples> operators) {
        List<Runnable> units = new ArrayList<>();
        for (OperatorSamples operator : operators) {
            operator.types().forEach(type -> units.add(() -> operator(operator, type)));
        }
        others(operators).forEach(other -> units.add(() -> check(other)));
        Collections.shuffle(units, new Random(options.seed()));
        for (int i = 0; i < units.size() && results.size() < options.cases(); i++) {
            units.get(i).run();
        }
    }

    private boolean isWanted(ReplayLine line) {
        return options.includes(line) && (options.cases() == 0 || results.size() < options.cases());
    }

    /** Element types of the profile in which the device does not compute. */
    private List<ElementType> lacking() {
        return options.profile().types().stream().filter(type -> !computes(type)).toList();
    }

    /** Known failures none of whose checks failed. */
    private List<KnownFailures.Entry> unexpectedPasses() {
        return options.known().entries().stream()
                .filter(
                        entry ->
                                results.stream()
                                        .noneMatch(
                                                result ->
                                                        !result.passed()
                                                                && entry.matches(
                                                                        ReplayLine.parse(
                                                                                result.line()))))
                .toList();
    }

    private void operator(OperatorSamples operator) {
        operator.types().forEach(type -> operator(operator, type));
    }

    private void operator(OperatorSamples operator, ElementType type) {
        int before = results.size();
        List<Sample> samples = operator.samples(options.seed(), type);
        if (operator.isOnStorage() || computes(type)) {
            samples.stream()
                    .filter(sample -> operator.isOnStorage() || computes(sample))
                    .forEach(this::forms);
            gradients(samples, type);
        } else {
            check(samples.getFirst(), UnsupportedCases::of);
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
            check(sample, ValueCases::of);
        }
        if (schema.has("inplace") && MutationCases.fitsInPlace(sample)) {
            check(sample, MutationCases::inPlace);
        }
        if (schema.has("out")) {
            check(sample, MutationCases::out);
        }
        boolean view = schema.arguments().stream().anyMatch(Argument::aliased);
        if (view && !sample.operator().equals("detach") && AliasCases.applies(sample)) {
            check(sample, AliasCases::of);
        }
    }

    private void gradients(List<Sample> samples, ElementType type) {
        OperatorDefinition definition = keyway.operator(samples.getFirst().operator()).definition();
        if (type.isFloating()
                && computes(type)
                && !definition.isNotDifferentiable()
                && (definition.differentiable() & 1) != 0) {
            GradientCases.choose(samples).forEach(sample -> check(sample, GradientCases::of));
        }
    }

    /** A check that can be made smaller: when it fails, and when its line says so. */
    private void check(Sample sample, Function<Sample, ConformanceCase> form) {
        Sample chosen = sample;
        ReplayLine replay = options.replay();
        List<ShrinkStep> steps = replay == null ? List.of() : replay.shrink();
        ReplayLine line = form.apply(sample).line();
        if (!isWanted(line)) {
            return;
        }
        for (ShrinkStep step : steps) {
            chosen = step.apply(chosen);
        }
        ConformanceCase first = form.apply(chosen);
        String problem = problem(first, digest);
        boolean shrinks =
                !problem.isEmpty()
                        && replay == null
                        && shrunk.size() < MOST_SHRUNK
                        && shrunk.add(line.id().operator());
        if (!shrinks) {
            add(first, new ReplayLine(line.id(), line.form(), steps), problem);
            return;
        }
        Shrinker shrinker = new Shrinker(s -> problem(form.apply(s), sha256()), problem);
        Shrinker.Shrunk smallest = shrinker.shrink(chosen, problem);
        add(
                form.apply(smallest.sample()),
                new ReplayLine(line.id(), line.form(), smallest.steps()),
                smallest.problem());
    }

    private void check(ConformanceCase conformanceCase) {
        if (isWanted(conformanceCase.line())) {
            add(conformanceCase, conformanceCase.line(), problem(conformanceCase, digest));
        }
    }

    /** What the device did wrong; empty for nothing. */
    private String problem(ConformanceCase conformanceCase, MessageDigest bits) {
        try (Workbench bench = new Workbench(keyway, device, options.tighten())) {
            conformanceCase.body().run(bench, bits);
            return "";
        } catch (ConformanceFailure failure) {
            return String.valueOf(failure.getMessage());
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private void add(ConformanceCase conformanceCase, ReplayLine line, String problem) {
        cases.update((line.base() + "\n").getBytes(StandardCharsets.UTF_8));
        String known =
                options.known().entries().stream()
                        .filter(entry -> !problem.isEmpty() && entry.matches(line))
                        .map(KnownFailures.Entry::reason)
                        .findFirst()
                        .orElse("");
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
                        problem,
                        known));
    }
}
