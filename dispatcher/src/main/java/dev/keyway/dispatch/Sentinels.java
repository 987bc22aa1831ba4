// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Device;
import dev.keyway.spi.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * While it is open, each buffer that the device allocates and each piece of scratch memory that a
 * kernel on it asks for lies between two sentinels of 256 bytes, and what nothing uses any more is
 * kept until {@link #damage} has looked at its sentinels: so a kernel that writes outside is
 * caught, be it beside a result, what a composite makes meanwhile, workspace, or scratch memory.
 * Small buffers and pieces begin full of nonsense, which a kernel must not take for zeros. For
 * suites: it copies to and from the device for each buffer, and each piece is memory of its own. Of
 * one thread, though others may use the device meanwhile: what their kernels write to scratch
 * memory is seen if they have ended when it is looked at.
 */
public final class Sentinels implements AutoCloseable {
    /** Bytes before a buffer and, with what its size was rounded up by, at least behind it. */
    static final int SIZE = 256;

    /** Blocks up to this size are filled and read at once. */
    static final int WHOLE = 16 << 10;

    static final byte NONSENSE_BYTE = (byte) 0xA5;

    private static final MemorySegment NONSENSE =
            Arena.global().allocate(WHOLE).fill(NONSENSE_BYTE);

    private final DeviceImpl device;
    private final CachingAllocator allocator;

    /** In the order in which they were allocated; guarded by the allocator. */
    private final List<Guarded> buffers = new ArrayList<>();

    /** Of kernels since the last look; guarded by the allocator. */
    private final List<GuardedScratch> scratch = new ArrayList<>();

    /** A buffer inside a block. Guarded by the allocator. */
    static final class Guarded extends Block {
        final Block around;
        private final long bytes;
        private final String operator;

        /** Who looks at it; null once nobody does any more. */
        private @Nullable Sentinels owner;

        /** Keeps the segment from being reclaimed until then. */
        @SuppressWarnings("UnusedVariable")
        private @Nullable Object token;

        private boolean unused;

        private Guarded(Sentinels owner, Block around, long bytes, Object token) {
            super(around.segment, around.offset + SIZE, around.length - 2L * SIZE);
            this.owner = owner;
            this.around = around;
            this.bytes = bytes;
            this.token = token;
            this.operator = owner.device.runtime().threadState().operator();
        }

        private void forget() {
            owner = null;
            token = null;
        }

        /**
         * Bytes behind the buffer's end that are filled and looked at; all up to its block's end if
         * few.
         */
        private long behind() {
            return Math.min(around.length - SIZE - bytes, WHOLE);
        }

        private String written(long at) {
            String whose = operator.isEmpty() ? "the caller" : operator;
            return "byte "
                    + at
                    + " of a buffer of "
                    + bytes
                    + " bytes was written, which "
                    + whose
                    + " had allocated";
        }
    }

    private Sentinels(DeviceImpl device) {
        this.device = device;
        this.allocator = device.allocator();
    }

    /**
     * {@return sentinels around what the device allocates from now on}
     *
     * @param device an open device
     * @throws IllegalStateException when it has some already
     */
    public static Sentinels around(Device device) {
        Sentinels sentinels = new Sentinels((DeviceImpl) device);
        sentinels.allocator.watch(sentinels);
        return sentinels;
    }

    /** The buffer in a new block that has room for it and for sentinels. */
    Block surround(Block block, long bytes, Object token, DeviceMemory memory) {
        Guarded buffer = new Guarded(this, block, bytes, token);
        if (block.length <= WHOLE) {
            fill(block, 0, block.length, memory);
        } else {
            fill(block, 0, SIZE, memory);
            fill(block, SIZE + bytes, buffer.behind(), memory);
        }
        buffers.add(buffer);
        return buffer;
    }

    private static void fill(Block block, long from, long bytes, DeviceMemory memory) {
        Block.Segment segment = block.segment;
        long offset = block.offset + from;
        memory.copyFromHost(NONSENSE, segment.handle, offset, bytes, segment.stream.driver());
    }

    /** Scratch memory for a kernel on the device. */
    GuardedScratch scratch(long bytes, String operator) {
        GuardedScratch piece = new GuardedScratch(bytes, operator);
        synchronized (allocator) {
            scratch.add(piece);
        }
        return piece;
    }

    /** Keeps a buffer that nothing uses any more, if it is one of these. */
    boolean keeps(Guarded buffer) {
        buffer.unused = buffer.owner == this;
        return buffer.unused;
    }

    /**
     * {@return which byte outside of a buffer or of scratch memory was written, and which operator
     * had allocated or asked for it; empty where none was} Waits for the work on the buffers'
     * streams.
     */
    public String damage() {
        List<Guarded> all;
        List<Guarded> unused;
        synchronized (allocator) {
            all = List.copyOf(buffers);
            unused = all.stream().filter(buffer -> buffer.unused).toList();
        }
        String found = device.inCall(() -> damage(all));
        giveBack(unused);
        return found.isEmpty() ? scratchDamage() : found;
    }

    private String scratchDamage() {
        List<GuardedScratch> pieces;
        synchronized (allocator) {
            pieces = List.copyOf(scratch);
            scratch.clear();
        }
        return pieces.stream()
                .map(GuardedScratch::damage)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("");
    }

    private String damage(List<Guarded> all) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(WHOLE);
            for (Guarded buffer : all) {
                String found = damage(buffer, bytes);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }

    private String damage(Guarded buffer, MemorySegment bytes) {
        long length = buffer.around.length;
        long end = SIZE + buffer.bytes;
        boolean whole = length <= WHOLE;
        read(buffer, 0, whole ? length : SIZE, bytes);
        long before = changed(bytes, 0, SIZE);
        if (before >= 0) {
            return buffer.written(before - SIZE);
        }
        if (!whole) {
            read(buffer, end, buffer.behind(), bytes);
        }
        long start = whole ? end : 0;
        long behind = changed(bytes, start, start + buffer.behind());
        return behind < 0 ? "" : buffer.written(buffer.bytes + behind);
    }

    private void read(Guarded buffer, long from, long bytes, MemorySegment target) {
        Block.Segment segment = buffer.segment;
        long offset = buffer.around.offset + from;
        device.deviceMemory()
                .copyToHost(segment.handle, offset, target, bytes, segment.stream.driver());
    }

    /** The first byte that is not as it was, counted from the beginning; -1 for none. */
    static long changed(MemorySegment bytes, long from, long to) {
        return MemorySegment.mismatch(bytes, from, to, NONSENSE, from, to);
    }

    private void giveBack(List<Guarded> unused) {
        synchronized (allocator) {
            buffers.removeAll(Set.copyOf(unused));
            for (Guarded buffer : unused) {
                buffer.forget();
                allocator.free(buffer);
            }
        }
    }

    /** Ends it; buffers that are in use stay where they are. */
    @Override
    public void close() {
        synchronized (allocator) {
            allocator.watch(null);
            giveBack(buffers.stream().filter(buffer -> buffer.unused).toList());
            buffers.forEach(Guarded::forget);
            buffers.clear();
            scratch.clear();
        }
    }
}
