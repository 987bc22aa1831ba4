// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Looks for the smallest shapes with which a check still fails: as long as some size can be
 * replaced by 0, 1, its half or one less without the failure going away, it is. A smaller call that
 * the oracle refuses, or that fails in another way ({@link FailureKind}), does not count.
 */
final class Shrinker {
    private static final int MOST_TRIES = 60;

    private final Function<Sample, String> check;
    private final String kind;
    private int tries;

    /**
     * @param check runs a sample; empty when it passes
     * @param problem how the check fails
     */
    Shrinker(Function<Sample, String> check, String problem) {
        this.check = check;
        this.kind = FailureKind.of(problem);
    }

    /** A case with the steps that led to it. */
    record Shrunk(Sample sample, List<ShrinkStep> steps, String problem) {}

    Shrunk shrink(Sample sample, String problem) {
        Shrunk best = new Shrunk(sample, List.of(), problem);
        Shrunk next = smaller(best);
        while (next != null) {
            best = next;
            next = smaller(best);
        }
        return best;
    }

    private @org.jspecify.annotations.Nullable Shrunk smaller(Shrunk from) {
        for (long size : sizes(from.sample()).descendingSet()) {
            for (long to : new TreeSet<>(List.of(0L, 1L, size / 2, size - 1))) {
                if (to >= size || tries >= MOST_TRIES) {
                    continue;
                }
                ShrinkStep step = new ShrinkStep(size, to);
                Sample sample = step.apply(from.sample());
                tries++;
                String problem = isDefined(sample) ? check.apply(sample) : "";
                if (!problem.isEmpty() && FailureKind.of(problem).equals(kind)) {
                    List<ShrinkStep> steps = new ArrayList<>(from.steps());
                    steps.add(step);
                    return new Shrunk(sample, steps, problem);
                }
            }
        }
        return null;
    }

    private static boolean isDefined(Sample sample) {
        try {
            return !sample.expected().isEmpty();
        } catch (RuntimeException e) {
            // The oracle has no answer for these shapes; they are no call that must work.
            return false;
        }
    }

    private static TreeSet<Long> sizes(Sample sample) {
        TreeSet<Long> sizes = new TreeSet<>();
        Collection<Input> inputs = sample.inputs();
        for (Input input : inputs) {
            for (long size : input.array().shape()) {
                if (size > 0) {
                    sizes.add(size);
                }
            }
        }
        return sizes;
    }
}
