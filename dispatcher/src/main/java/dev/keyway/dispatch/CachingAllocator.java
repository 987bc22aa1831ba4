// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.KeywayException;
import dev.keyway.MemoryStatistics;
import dev.keyway.OutOfMemoryException;
import dev.keyway.PluginException;
import dev.keyway.dispatch.Block.Segment;
import dev.keyway.spi.DeviceMemory;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands out device memory from cached segments: small requests share segments of 2 MiB, larger ones
 * get their own, rounded up; free neighbours coalesce; a block is used again only on the stream it
 * was allocated on. The idea is that of PyTorch's CUDA caching allocator. Thread-safe by one lock.
 * Where the driver caches, each request is a segment of its own, which is given back at once.
 */
final class CachingAllocator {
    private static final long ALIGNMENT = 64;
    private static final long SMALL = 1 << 20;
    private static final long SMALL_SEGMENT = 2 << 20;
    private static final int QUICK_CLASSES = 64;
    private static final int QUICK_DEPTH = 16;

    /** The handle of a segment that was given back; it keeps nothing of the plugin. */
    private static final Object FREED = "freed";

    private final DeviceImpl device;
    private @Nullable DeviceMemory memory;
    private final Cleaner cleaner;
    private final long limit;
    private final Map<StreamImpl, BlockIndex> smallBlocks = new HashMap<>();
    private final Map<StreamImpl, BlockIndex> largeBlocks = new HashMap<>();
    private final Set<Segment> segments = new HashSet<>();
    private final RetiredBlocks retired;
    private final boolean direct;

    /** Blocks of one small size freed last on the default stream, for reuse without a search. */
    private final Block[][] quick = new Block[QUICK_CLASSES][QUICK_DEPTH];

    private final int[] quickCount = new int[QUICK_CLASSES];
    private final AtomicLong leaks = new AtomicLong();

    /** Null but in a suite that watches what kernels write. Set under the lock. */
    private volatile @Nullable Sentinels sentinels;

    private long allocated;
    private long reserved;
    private long peak;
    private long liveBlocks;
    private boolean closed;

    CachingAllocator(
            DeviceImpl device,
            DeviceMemory memory,
            Cleaner cleaner,
            long limit,
            RetiredBlocks retired) {
        this.device = device;
        this.memory = memory;
        this.cleaner = cleaner;
        this.limit = limit;
        this.retired = retired;
        this.direct = memory.cachesFreed();
    }

    /** A block for this many bytes, for work on the stream. */
    synchronized StorageImpl allocate(long bytes, StreamImpl stream) {
        device.checkOpen();
        Sentinels around = sentinels;
        long rounded = Math.max((bytes + ALIGNMENT - 1) & -ALIGNMENT, ALIGNMENT);
        rounded += around == null ? 0 : 2 * Sentinels.SIZE;
        Block block = quickTake(rounded, stream);
        if (block == null) {
            retired.poll();
            block = search(rounded, stream);
        }
        if (block == null) {
            block = grow(rounded, stream);
        }
        allocated += block.length;
        peak = Math.max(peak, allocated);
        liveBlocks++;
        block.segment.live++;
        Object token = token(block.segment);
        Block buffer = around == null ? block : surround(around, block, bytes, token);
        return new StorageImpl(device, this, buffer, bytes, token);
    }

    private Block surround(Sentinels around, Block block, long bytes, Object token) {
        try {
            return around.surround(block, bytes, token, Objects.requireNonNull(memory));
        } catch (RuntimeException | LinkageError e) {
            free(block);
            throw e;
        }
    }

    /** Puts sentinels around what is allocated from now on; null for none. */
    synchronized void watch(@Nullable Sentinels watching) {
        if (watching != null && sentinels != null) {
            throw new IllegalStateException(device.name() + " has sentinels already");
        }
        sentinels = watching;
    }

    /** What is around what is allocated; null for none. */
    @Nullable Sentinels sentinels() {
        return sentinels;
    }

    private @Nullable Block quickTake(long rounded, StreamImpl stream) {
        int slot = (int) Math.min(rounded / ALIGNMENT, QUICK_CLASSES);
        if (slot < QUICK_CLASSES && quickCount[slot] > 0 && stream == device.defaultStream()) {
            return quick[slot][--quickCount[slot]];
        }
        return null;
    }

    private @Nullable Block search(long rounded, StreamImpl stream) {
        boolean small = rounded <= SMALL;
        BlockIndex index = index(stream, small);
        return index.take(rounded, small ? ALIGNMENT : SMALL);
    }

    private BlockIndex index(StreamImpl stream, boolean small) {
        return (small ? smallBlocks : largeBlocks).computeIfAbsent(stream, s -> new BlockIndex());
    }

    private Block grow(long rounded, StreamImpl stream) {
        boolean small = rounded <= SMALL;
        long whole = small ? SMALL_SEGMENT : (rounded + SMALL_SEGMENT - 1) & -SMALL_SEGMENT;
        long length = direct ? rounded : whole;
        Segment segment = take(length, stream, small);
        for (int step = 0; segment == null && step < 2; step++) {
            if (step == 0) {
                retired.drain();
                releaseCached();
            } else {
                collect();
            }
            Block found = search(rounded, stream);
            if (found != null) {
                return found;
            }
            segment = take(length, stream, small);
        }
        if (segment == null) {
            throw exhausted(rounded);
        }
        segments.add(segment);
        reserved += length;
        index(stream, small).give(segment.first);
        Block block = search(rounded, stream);
        if (block == null) {
            throw new AssertionError("a new segment holds no block of " + rounded + " bytes");
        }
        return block;
    }

    private @Nullable Segment take(long length, StreamImpl stream, boolean small) {
        if (reserved + length > limit) {
            return null;
        }
        try {
            DeviceMemory of = Objects.requireNonNull(memory);
            Object handle = of.allocate(length);
            if (handle == null) {
                throw new PluginException(
                        device.plugin() + ": its memory returned null for " + length + " bytes");
            }
            return new Segment(handle, of.address(handle), length, stream, small);
        } catch (OutOfMemoryException e) {
            return null;
        } catch (KeywayException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw device.failed(what() + "allocating " + length + " bytes", e);
        }
    }

    /**
     * Lets the collector find dropped tensors, frees what is cached. Another collection finds more
     * only where the one before freed something; the cleaner is given time in any case.
     */
    private void collect() {
        boolean found = true;
        for (int attempt = 0; attempt < 3 && reserved > 0; attempt++) {
            long before = allocated;
            if (found) {
                System.gc();
            }
            try {
                wait(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            retired.drain();
            found = allocated < before;
        }
        releaseCached();
    }

    private OutOfMemoryException exhausted(long bytes) {
        List<Long> holders = new ArrayList<>();
        for (Segment segment : segments) {
            for (Block b = segment.first; b != null; b = b.next) {
                if (!b.free) {
                    holders.add(b.length);
                }
            }
        }
        holders.sort(java.util.Comparator.reverseOrder());
        return new OutOfMemoryException(
                what()
                        + "out of memory on "
                        + device.name()
                        + ": "
                        + bytes
                        + " bytes wanted, "
                        + allocated
                        + " in use of a limit of "
                        + limit
                        + "; the largest holders have "
                        + holders.subList(0, Math.min(5, holders.size()))
                        + " bytes; close tensors, use smaller batches or raise the memory limit");
    }

    /** The operator that wants memory, for errors; nothing where it is none. */
    private String what() {
        String name = device.runtime().threadState().operator();
        return name.isEmpty() ? "" : name + ": ";
    }

    private Object token(Segment segment) {
        WeakReference<Object> reference = segment.token;
        Object token = reference == null ? null : reference.get();
        if (token == null) {
            token = new Object();
            segment.token = new WeakReference<>(token);
            Reclaim reclaim = new Reclaim(this, segment, segment.token);
            cleaner.register(token, reclaim);
        }
        return token;
    }

    /** Returns a block that nothing uses any more. */
    synchronized void free(Block buffer) {
        Block block = buffer;
        if (buffer instanceof Sentinels.Guarded guarded) {
            block = guarded.around;
            if (sentinels != null && sentinels.keeps(guarded)) {
                return;
            }
        }
        if (block.free) {
            return;
        }
        allocated -= block.length;
        liveBlocks--;
        block.segment.live--;
        int slot = (int) Math.min(block.length / ALIGNMENT, QUICK_CLASSES);
        boolean fits = slot < QUICK_CLASSES && block.segment.stream == device.defaultStream();
        if (direct) {
            giveBack(block);
        } else if (fits && quickCount[slot] < QUICK_DEPTH && !closed) {
            quick[slot][quickCount[slot]++] = block;
        } else {
            index(block.segment.stream, block.segment.small).give(block);
        }
    }

    /** Frees the blocks of a segment whose holders were all dropped without close. */
    private synchronized void reclaim(Segment segment, WeakReference<Object> token) {
        if (closed || segment.token != token || segment.live == 0) {
            return;
        }
        for (Block b : liveBlocks(segment)) {
            leaks.incrementAndGet();
            allocated -= b.length;
            liveBlocks--;
            segment.live--;
            if (direct) {
                giveBack(b);
            } else {
                index(segment.stream, segment.small).give(b);
            }
        }
    }

    /** Frees a segment of one block, behind the work of its stream. */
    private void giveBack(Block block) {
        if (!closed) {
            block.free = true;
            block.segment.stream.driver().record().synchronize();
            release(block.segment);
        }
    }

    private List<Block> liveBlocks(Segment segment) {
        List<Block> live = new ArrayList<>();
        Set<Block> cached = new HashSet<>();
        for (int slot = 0; slot < QUICK_CLASSES; slot++) {
            for (int i = 0; i < quickCount[slot]; i++) {
                cached.add(quick[slot][i]);
            }
        }
        for (Block b = segment.first; b != null; b = b.next) {
            if (!b.free && !cached.contains(b)) {
                live.add(b);
            }
        }
        return live;
    }

    /** Gives cached segments back to the device. */
    synchronized void emptyCache() {
        if (closed) {
            return;
        }
        retired.poll();
        device.synchronizeStreams();
        releaseCached();
    }

    private void releaseCached() {
        for (int slot = 0; slot < QUICK_CLASSES; slot++) {
            while (quickCount[slot] > 0) {
                Block block = quick[slot][--quickCount[slot]];
                index(block.segment.stream, block.segment.small).give(block);
            }
        }
        device.synchronizeStreams();
        for (Map<StreamImpl, BlockIndex> indices : List.of(smallBlocks, largeBlocks)) {
            for (BlockIndex index : indices.values()) {
                index.takeWhole().forEach(block -> release(block.segment));
            }
        }
    }

    private void release(Segment segment) {
        segments.remove(segment);
        reserved -= segment.length;
        Objects.requireNonNull(memory).free(segment.handle);
        segment.handle = FREED;
    }

    synchronized MemoryStatistics statistics() {
        return new MemoryStatistics(allocated, reserved, peak, limit, liveBlocks);
    }

    /** Blocks that the garbage collector found, not {@code close}. */
    long leaks() {
        return leaks.get();
    }

    /** Frees every segment; storages of the device are dead. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            List.copyOf(segments).forEach(this::release);
            memory = null;
        }
    }

    private record Reclaim(CachingAllocator allocator, Segment segment, WeakReference<Object> token)
            implements Runnable {
        @Override
        public void run() {
            allocator.reclaim(segment, token);
        }
    }
}
