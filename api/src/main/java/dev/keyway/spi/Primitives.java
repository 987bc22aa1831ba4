// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import dev.keyway.Attributes;
import dev.keyway.Scalar;

/** The attribute records of the primitive families. */
public final class Primitives {
    private Primitives() {}

    /**
     * Of fill.
     *
     * @param value the value, converted to the dtype as a cast does
     */
    public record Fill(Scalar value) implements Attributes {}

    /**
     * Of sort.
     *
     * @param descending whether the largest come first
     */
    public record Sort(boolean descending) implements Attributes {}

    /**
     * Of arange.
     *
     * @param start the first value
     * @param step the difference of neighbours
     */
    public record Arange(Scalar start, Scalar step) implements Attributes {}

    /**
     * Of random.
     *
     * @param seed the Philox key
     * @param offset the first block
     * @param from the lowest integer of INTEGER
     * @param to the bound above of INTEGER, exclusive
     * @param probability of BERNOULLI
     */
    public record Random(long seed, long offset, long from, long to, double probability)
            implements Attributes {}
}
