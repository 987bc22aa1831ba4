// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

/** The position of the first extreme of a line of one dtype; NaN is the extreme. */
interface LinePosition {
    /** Of a dense line. */
    long dense(long address, long n);

    /** Of a line whose neighbours are {@code step} bytes apart. */
    long strided(long address, long step, long n);
}
