// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Scratch memory of a kernel between two of the {@link Sentinels}, handed out once. */
final class GuardedScratch {
    private static final int SIZE = Sentinels.SIZE;

    /** With the sentinels. */
    final MemorySegment around;

    private final long bytes;
    private final String operator;

    /** For an operator's kernel that asked for so many bytes. */
    GuardedScratch(long bytes, String operator) {
        this.around = Arena.ofAuto().allocate(((bytes + 63) & -64L) + 2L * SIZE, 64);
        this.bytes = bytes;
        this.operator = operator;
        if (around.byteSize() <= Sentinels.WHOLE) {
            around.fill(Sentinels.NONSENSE_BYTE);
        } else {
            before().fill(Sentinels.NONSENSE_BYTE);
            behind().fill(Sentinels.NONSENSE_BYTE);
        }
    }

    /** Where the kernel's memory begins. */
    long address() {
        return around.address() + SIZE;
    }

    private MemorySegment before() {
        return around.asSlice(0, SIZE);
    }

    /** What the size was rounded up by, too. */
    private MemorySegment behind() {
        return around.asSlice(SIZE + bytes);
    }

    /** Which byte outside was written; empty where none was. */
    String damage() {
        long before = changed(before());
        if (before >= 0) {
            return written(before - SIZE);
        }
        long behind = changed(behind());
        return behind < 0 ? "" : written(bytes + behind);
    }

    private static long changed(MemorySegment sentinel) {
        return Sentinels.changed(sentinel, 0, sentinel.byteSize());
    }

    private String written(long at) {
        return "byte "
                + at
                + " of scratch memory of "
                + bytes
                + " bytes was written, which "
                + operator
                + " had asked for";
    }
}
