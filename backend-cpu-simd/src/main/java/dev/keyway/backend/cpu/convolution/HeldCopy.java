// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Notes which copy of an image a thread's arrays hold: units of work of one call that differ in
 * their output channels alone read the same, and a thread that does several of them copies once.
 * Whoever writes into such an array in a call that asks {@link #isHeld} says so by {@link #hold}.
 */
final class HeldCopy {
    /** No copy that is asked for. */
    static final long NONE = -1;

    private static final AtomicLong CALLS = new AtomicLong();

    /** The call, and which of its copies. */
    private static final ThreadLocal<long[]> HELD = ThreadLocal.withInitial(() -> new long[2]);

    private HeldCopy() {}

    /** A number for a call, unlike any other. */
    static long newCall() {
        return CALLS.incrementAndGet();
    }

    /** Whether the thread copied this last in the call. */
    static boolean isHeld(long call, long copy) {
        long[] held = HELD.get();
        return held[0] == call && held[1] == copy;
    }

    /** What was copied just now. */
    static void hold(long call, long copy) {
        long[] held = HELD.get();
        held[0] = call;
        held[1] = copy;
    }
}
