// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/** A loop over rows of three operands and a factor; steps are 0 or 1 elements. */
@FunctionalInterface
interface TernaryRow {
    void run(
            long out,
            long a,
            long stepA,
            long b,
            long stepB,
            long c,
            long stepC,
            double value,
            long count);
}
