// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * A cache line before the fields of an object that one thread writes again and again. Such objects
 * are kept, and the collector may put those of two threads side by side.
 */
@SuppressWarnings("unused")
abstract class Apart {
    private long p0;
    private long p1;
    private long p2;
    private long p3;
    private long p4;
    private long p5;
    private long p6;
    private long p7;
}
