// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Form;
import dev.keyway.conformance.Report;
import dev.keyway.spi.Backend;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The suite is tested itself: each backend that is wrong in one way is caught by the case meant for
 * it, and passes at least 95 % of what has nothing to do with it. The rate is printed, and written
 * to {@code target/mutants.md}.
 */
class MutantsTest {
    private static final Set<String> OTHERS =
            Set.of(
                    "add.Tensor",
                    "amax",
                    "cat",
                    "clone",
                    "eq.Tensor",
                    "exp",
                    "index_select",
                    "mm",
                    "mul.Tensor",
                    "neg",
                    "sum",
                    "transpose",
                    "where");

    /** Their checks of equal bits are quick. */
    private static final Set<String> FEW_OTHERS = Set.of("clone", "eq.Tensor", "neg", "where");

    private static final Set<String> DEVICE =
            Set.of("device.streams", "device.transfers", "device.memory", "device.lifecycle");

    /** On a busy machine the work may be done before it is missed; then once more. */
    private static final int RACES = 3;

    private static List<Mutant> mutants() {
        return Stream.of(
                        PointwiseMutants.all(),
                        ReductionMutants.all(),
                        MovingMutants.all(),
                        BoundsMutants.all(),
                        FusionMutants.all(),
                        DeviceMutants.all())
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void theRightBackendsPass() {
        Set<String> operators = new TreeSet<>(OTHERS);
        mutants().forEach(mutant -> operators.addAll(mutant.operators()));
        operators.addAll(DEVICE);
        operators.remove("device.fusion"); // below, with chains
        ConformanceOptions options =
                ConformanceOptions.all()
                        .operators(operators)
                        .without(Form.GRADIENT)
                        .without(Form.DETERMINISM);
        Report reference = run(Mutant.reference(), options);
        assertTrue(reference.passed(), reference::text);
        Set<String> names = new TreeSet<>();
        reference.results().forEach(result -> names.add(result.operator()));
        assertEquals(operators, names, "every operator that a mutant names is checked");
        Report queue = run(new QueueBackend(), options.operators(few()));
        assertTrue(queue.passed(), queue::text);
        Backend same = FaultyBackend.chains(Mutant.right("cpu"), kernels -> kernels);
        Set<String> few = few();
        few.add("device.fusion");
        Report chains = run(same, options.operators(few));
        assertTrue(chains.passed(), chains::text);
    }

    private static Set<String> few() {
        Set<String> few = new TreeSet<>(FEW_OTHERS);
        few.add("add.Tensor");
        few.addAll(DEVICE);
        return few;
    }

    @Test
    void everyMutantIsCaught() throws IOException {
        List<Mutant> mutants = mutants();
        assertTrue(mutants.size() >= 40, () -> "mutants: " + mutants.size());
        List<String> rows = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Mutant mutant : mutants) {
            Report report = run(mutant);
            List<CaseResult> caught = caught(mutant, report);
            for (int again = 0; caught.isEmpty() && again < RACES && isDevice(mutant); again++) {
                report = run(mutant);
                caught = caught(mutant, report);
            }
            List<CaseResult> others =
                    report.results().stream()
                            .filter(r -> !mutant.operators().contains(r.operator()))
                            .toList();
            double passed =
                    others.stream().filter(CaseResult::passed).count() / (double) others.size();
            rows.add(row(mutant, caught, passed));
            if (caught.isEmpty()) {
                problems.add("not caught: " + mutant.name());
            }
            elsewhere(mutant, report, caught).ifPresent(problems::add);
            if (passed < 0.95) {
                String share = String.format(Locale.ROOT, "%.1f", 100 * passed);
                problems.add(mutant.name() + " passes only " + share + " % of the others");
            }
        }
        long killed = rows.stream().filter(row -> !row.endsWith("| **none** |")).count();
        String rate = "broken backends caught: " + killed + " of " + mutants.size();
        System.out.println(rate);
        Path file = Files.createDirectories(Path.of("target")).resolve("mutants.md");
        Files.writeString(
                file,
                "# "
                        + rate
                        + "\n\n| what was done to it | others passed | caught by |\n|---|---|---|\n"
                        + String.join("\n", rows)
                        + "\n");
        assertEquals(List.of(), problems, rate);
    }

    private static boolean isDevice(Mutant mutant) {
        return mutant.backend() instanceof QueueBackend;
    }

    private static List<CaseResult> caught(Mutant mutant, Report report) {
        return report.results().stream()
                .filter(r -> !r.passed())
                .filter(r -> mutant.operators().contains(r.operator()))
                .filter(mutant.meant())
                .toList();
    }

    /** What cases of another form or operator see of a mutant that only one form may see. */
    private static Optional<String> elsewhere(
            Mutant mutant, Report report, List<CaseResult> caught) {
        return report.failures().stream()
                .filter(r -> mutant.alone() && !caught.isEmpty())
                .filter(
                        r ->
                                !r.form().equals(caught.getFirst().form())
                                        || !mutant.operators().contains(r.operator()))
                .findFirst()
                .map(r -> mutant.name() + " is seen by " + r.line() + ", too");
    }

    private static String row(Mutant mutant, List<CaseResult> caught, double passed) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f %% | %s |",
                mutant.name(),
                100 * passed,
                caught.isEmpty() ? "**none**" : "`" + caught.getFirst().line() + "`");
    }

    private static Report run(Mutant mutant) {
        boolean device = isDevice(mutant);
        boolean slow = mutant.forms().contains(Form.DETERMINISM);
        Set<String> operators = new TreeSet<>(device ? few() : slow ? FEW_OTHERS : OTHERS);
        operators.addAll(mutant.operators());
        return run(
                mutant.backend(),
                ConformanceOptions.all()
                        .operators(operators)
                        .forms(mutant.forms().toArray(new Form[0])));
    }

    private static Report run(Backend backend, ConformanceOptions options) {
        Supplier<Keyway> open =
                () -> Keyway.builder().classPathBackends(false).backend(backend).open();
        try (Keyway keyway = open.get()) {
            Device device = keyway.device(backend.deviceType());
            return ConformanceRunner.run(keyway, device, options.reopen(open));
        }
    }
}
