// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

/**
 * One opcode in one dtype, on one thread. Every result depends on its own line of numbers alone, in
 * an order that the length of the line fixes. Addresses and steps are in bytes; results are dense.
 */
interface LineReduction {
    /** Bytes of a number. */
    int itemSize();

    /** {@code out[r]} from the n dense numbers at {@code self + r * step}, for each of the rows. */
    void rows(long self, long step, long rows, long n, long out);

    /**
     * {@code out[i]} from the n numbers i of the rows at {@code self + r * step}, for each i below
     * width.
     */
    void columns(long self, long step, long n, long width, long out);

    /** What reduces the results of pieces of a line. */
    default LineReduction ofResults() {
        return this;
    }
}
