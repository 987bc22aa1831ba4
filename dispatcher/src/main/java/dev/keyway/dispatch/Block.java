// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A part of a segment that the caching allocator took from a device. Guarded by the allocator. What
 * became one with its neighbour may be made another part.
 */
class Block {
    Segment segment;
    long offset;
    long length;
    boolean free;
    @Nullable Block previous;
    @Nullable Block next;

    Block(Segment segment, long offset, long length) {
        this.segment = segment;
        this.offset = offset;
        this.length = length;
    }

    /**
     * What was allocated on the device at once. Storages hold its token, the allocator does not:
     * when the last token holder is dropped unclosed, the whole segment is reclaimed.
     */
    static final class Segment {
        private static final AtomicLong IDS = new AtomicLong();

        final long id = IDS.getAndIncrement();
        Object handle;
        final long address;
        final long length;
        final StreamImpl stream;
        final boolean small;
        final Block first;
        int live;
        java.lang.ref.@Nullable WeakReference<Object> token;

        Segment(Object handle, long address, long length, StreamImpl stream, boolean small) {
            this.handle = handle;
            this.address = address;
            this.length = length;
            this.stream = stream;
            this.small = small;
            this.first = new Block(this, 0, length);
        }
    }
}
