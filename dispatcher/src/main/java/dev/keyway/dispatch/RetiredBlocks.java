// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Blocks of closed storages that a running call or another stream may still use. Thread-safe. */
final class RetiredBlocks {
    private final ThreadStates threads;
    private final Queue<Retired> waiting = new ArrayDeque<>();

    RetiredBlocks(ThreadStates threads) {
        this.threads = threads;
    }

    /**
     * Frees the block at once where nothing can use it, else later; its segment's token is kept so
     * long, for the segment would be reclaimed with it and the block be freed twice.
     */
    void retire(
            CachingAllocator allocator,
            Block block,
            @Nullable Object token,
            boolean shared,
            List<Event> events) {
        List<ThreadStates.Running> running = shared ? threads.running() : List.of();
        Retired entry = new Retired(allocator, block, token, running, events);
        if (entry.isFree()) {
            entry.free();
        } else {
            synchronized (waiting) {
                waiting.add(entry);
            }
        }
    }

    /** Frees what has become free. */
    void poll() {
        List<Retired> done = new ArrayList<>(0);
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                return;
            }
            Iterator<Retired> entries = waiting.iterator();
            while (entries.hasNext()) {
                Retired entry = entries.next();
                if (entry.isFree()) {
                    entries.remove();
                    done.add(entry);
                }
            }
        }
        done.forEach(Retired::free);
    }

    /** Waits for streams, then frees what has become free. */
    void drain() {
        List<Retired> entries;
        synchronized (waiting) {
            entries = List.copyOf(waiting);
        }
        entries.forEach(entry -> entry.events.forEach(Event::synchronize));
        poll();
    }

    private record Retired(
            CachingAllocator allocator,
            Block block,
            @Nullable Object token,
            List<ThreadStates.Running> running,
            List<Event> events) {
        void free() {
            events.forEach(Event::close);
            allocator.free(block);
        }

        boolean isFree() {
            for (ThreadStates.Running call : running) {
                if (!call.hasEnded()) {
                    return false;
                }
            }
            for (Event event : events) {
                if (!event.isComplete()) {
                    return false;
                }
            }
            return true;
        }
    }
}
