// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import java.util.List;

/**
 * Pointwise operators that are computed together, element by element: step k makes value k of
 * values before it. All values have one shape. Immutable; equal programs compute the same.
 *
 * @param steps the steps; {@link PointwiseStep.Load}s name the inputs, each once, in their order
 * @param outputs the numbers of the values that are written, one for each of the kernel's results;
 *     a step that leads to none of them need not be computed
 */
public record PointwiseProgram(List<PointwiseStep> steps, List<Integer> outputs) {
    /** Copies both lists. */
    public PointwiseProgram {
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
    }
}
