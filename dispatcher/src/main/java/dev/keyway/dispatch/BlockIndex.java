// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The free blocks of one stream and one kind of segment, best fit first. Guarded by the allocator.
 */
final class BlockIndex {
    private static final Comparator<Block> ORDER =
            Comparator.comparingLong((Block b) -> b.length)
                    .thenComparingLong(b -> b.segment.id)
                    .thenComparingLong(b -> b.offset);

    private final TreeSet<Block> blocks = new TreeSet<>(ORDER);

    /**
     * Takes the smallest block that is large enough and splits off the rest where that is worth it.
     */
    @Nullable Block take(long bytes, long splitFrom, Block probe) {
        probe.length = bytes;
        Block found = blocks.ceiling(probe);
        while (found != null && found.length < bytes) {
            found = blocks.higher(found);
        }
        if (found == null) {
            return null;
        }
        blocks.remove(found);
        if (found.length - bytes >= splitFrom) {
            split(found, bytes);
        }
        found.free = false;
        return found;
    }

    private void split(Block block, long bytes) {
        Block rest = new Block(block.segment, block.offset + bytes, block.length - bytes);
        rest.next = block.next;
        rest.previous = block;
        if (rest.next != null) {
            rest.next.previous = rest;
        }
        block.next = rest;
        block.length = bytes;
        rest.free = true;
        blocks.add(rest);
    }

    /** Puts a block back, merged with free neighbours. */
    void give(Block block) {
        block.free = true;
        Block merged = block;
        Block before = block.previous;
        if (before != null && before.free) {
            blocks.remove(before);
            merged = merge(before, block);
        }
        Block after = merged.next;
        if (after != null && after.free) {
            blocks.remove(after);
            merged = merge(merged, after);
        }
        blocks.add(merged);
    }

    private static Block merge(Block left, Block right) {
        left.length += right.length;
        left.next = right.next;
        if (right.next != null) {
            right.next.previous = left;
        }
        left.free = true;
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
