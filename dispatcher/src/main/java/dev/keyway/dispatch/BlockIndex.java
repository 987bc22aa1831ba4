// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The free blocks of one stream and one kind of segment, best fit first. They lie in a sorted
 * array, and blocks that were merged serve for the next splits: a tree would leave a node on the
 * heap for every block that comes back. Few are free at a time, and moving references up or down
 * takes less than a search in memory. Guarded by the allocator.
 */
final class BlockIndex {
    private static final int SPARE = 64;

    private final List<Block> blocks = new ArrayList<>();

    /** Of no segment any more. */
    private final List<Block> spare = new ArrayList<>();

    /**
     * Takes the smallest block that is large enough and splits off the rest where that is worth it.
     */
    @Nullable Block take(long bytes, long splitFrom) {
        int at = place(bytes, Long.MIN_VALUE, Long.MIN_VALUE);
        if (at == blocks.size()) {
            return null;
        }
        Block found = blocks.remove(at);
        if (found.length - bytes >= splitFrom) {
            split(found, bytes);
        }
        found.free = false;
        return found;
    }

    /** How many blocks come before one of this length, segment and offset. */
    private int place(long length, long segment, long offset) {
        int low = 0;
        int high = blocks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBefore(blocks.get(middle), length, segment, offset)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean isBefore(Block block, long length, long segment, long offset) {
        if (block.length != length) {
            return block.length < length;
        }
        return block.segment.id != segment ? block.segment.id < segment : block.offset < offset;
    }

    private int place(Block block) {
        return place(block.length, block.segment.id, block.offset);
    }

    private void add(Block block) {
        blocks.add(place(block), block);
    }

    private void remove(Block block) {
        Block removed = blocks.remove(place(block));
        if (removed != block) {
            throw new AssertionError("a free block is not where its length belongs");
        }
    }

    private void split(Block block, long bytes) {
        Block rest = block(block.segment, block.offset + bytes, block.length - bytes);
        rest.next = block.next;
        rest.previous = block;
        if (rest.next != null) {
            rest.next.previous = rest;
        }
        block.next = rest;
        block.length = bytes;
        rest.free = true;
        add(rest);
    }

    private Block block(Block.Segment segment, long offset, long length) {
        if (spare.isEmpty()) {
            return new Block(segment, offset, length);
        }
        Block block = spare.removeLast();
        block.segment = segment;
        block.offset = offset;
        block.length = length;
        return block;
    }

    /** Puts a block back, merged with free neighbours. */
    void give(Block block) {
        block.free = true;
        Block merged = block;
        Block before = block.previous;
        if (before != null && before.free) {
            remove(before);
            merged = merge(before, block);
        }
        Block after = merged.next;
        if (after != null && after.free) {
            remove(after);
            merged = merge(merged, after);
        }
        add(merged);
    }

    private Block merge(Block left, Block right) {
        left.length += right.length;
        left.next = right.next;
        if (right.next != null) {
            right.next.previous = left;
        }
        left.free = true;
        right.next = null;
        right.previous = null;
        if (spare.size() < SPARE) {
            spare.add(right);
        }
        return left;
    }

    /** Removes and returns the blocks that are whole segments. */
    List<Block> takeWhole() {
        List<Block> whole = new ArrayList<>();
        blocks.removeIf(
                block -> {
                    boolean all = block.length == block.segment.length;
                    if (all) {
                        whole.add(block);
                    }
                    return all;
                });
        return whole;
    }
}
