// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Descriptions of the work that shapes make, for later calls with the same shapes: a network has
 * few, and its calls leave nothing on the heap. Thread-safe: whoever takes one has it alone until
 * giving it back; calls at the same time make their own.
 */
final class KeptWork {
    /** A power of two. */
    private static final int PLACES = 128;

    private final AtomicReferenceArray<@Nullable Entry> kept = new AtomicReferenceArray<>(PLACES);
    private final Maker maker;

    /** Describes the work of a shape. */
    @FunctionalInterface
    interface Maker {
        ConvolutionWork make(Convolution shape, int threads);
    }

    /** Work, and what it is for. */
    record Entry(Convolution shape, int threads, ConvolutionWork work) {
        private boolean isFor(Convolution wanted, int wantedThreads) {
            return threads == wantedThreads && shape.equals(wanted);
        }
    }

    KeptWork(Maker maker) {
        this.maker = maker;
    }

    /** The work for the shape, for {@link #give} after it. */
    Entry take(Convolution shape, int threads) {
        int place = place(shape, threads);
        Entry found = kept.get(place);
        if (found != null
                && found.isFor(shape, threads)
                && kept.compareAndSet(place, found, null)) {
            return found;
        }
        return new Entry(shape, threads, maker.make(shape, threads));
    }

    /** Gives it back, in place of what is there. */
    void give(Entry entry) {
        kept.set(place(entry.shape, entry.threads), entry);
    }

    private static int place(Convolution shape, int threads) {
        int hash = 31 * shape.hashCode() + threads;
        return (hash ^ hash >>> 16) & PLACES - 1;
    }
}
