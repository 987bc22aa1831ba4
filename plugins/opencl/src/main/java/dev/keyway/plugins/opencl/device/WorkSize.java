// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

/**
 * How a kernel is spread: work-items in up to two dimensions, and the size of a work-group. Few
 * sizes of groups are used, as a driver may compile a kernel again for each.
 *
 * @param x work-items that have work
 * @param y rows of them
 * @param group work-items of a group, all in x, on a processor; on other devices more share an
 *     instruction, so that smaller groups would leave most of them idle
 */
public record WorkSize(long x, long y, int group) {
    private static final int LOCKSTEP = 64;

    /** The usual group. */
    public static final int GROUP = 256;

    /** One group size fits all: {@code n} work-items in groups of {@link #GROUP}. */
    public static WorkSize of(long n) {
        return new WorkSize(n, 1, GROUP);
    }

    /** Work-items that do much each. */
    public static WorkSize heavy(long x, long y) {
        return new WorkSize(x, y, 4);
    }

    /** Rows of {@code n}, in groups that do not idle when rows are short. */
    public static WorkSize rows(long n, long rows) {
        return new WorkSize(n, rows, n >= GROUP / 2 ? GROUP : 16);
    }

    int group(boolean processor) {
        return processor ? group : Math.max(group, LOCKSTEP);
    }

    /** {@link #x} in whole groups. */
    long global(int items) {
        return (x + items - 1) / items * items;
    }

    boolean isEmpty() {
        return x == 0 || y == 0;
    }
}
