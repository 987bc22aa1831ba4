// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Objects that describe a piece of work, for the next piece: calls leave none on the heap. They
 * stay with the class that makes them; with threads they would keep the plugin loaded. Thread-safe:
 * whoever takes an object has it alone, and gives it back; what is not given back is collected.
 */
public final class Spare<T> {
    /** A power of two. */
    private static final int MOST = 32;

    private final AtomicReferenceArray<@Nullable T> kept = new AtomicReferenceArray<>(MOST);
    private final Supplier<T> make;

    /** Objects are made by the supplier where none is left. */
    public Spare(Supplier<T> make) {
        this.make = make;
    }

    /** An object that nobody else has, in whatever state it was given back. */
    public T take() {
        int first = first();
        for (int i = 0; i < MOST; i++) {
            int place = first + i & MOST - 1;
            T found = kept.getPlain(place);
            if (found != null && kept.compareAndSet(place, found, null)) {
                return found;
            }
        }
        return make.get();
    }

    /** Gives it back. */
    public void give(T object) {
        int first = first();
        for (int i = 0; i < MOST; i++) {
            int place = first + i & MOST - 1;
            if (kept.getPlain(place) == null && kept.compareAndSet(place, null, object)) {
                return;
            }
        }
    }

    /** Threads begin at places of their own, and mostly find there what they left. */
    private static int first() {
        return (int) Thread.currentThread().threadId();
    }
}
