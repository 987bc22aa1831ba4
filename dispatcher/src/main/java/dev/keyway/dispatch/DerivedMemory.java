// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.MemoryStatistics;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * How much memory of a device its {@link DerivedForms} may hold together: a quarter, and none when
 * little is left. When they hold that much, those that nobody has asked for lately go first; while
 * all are in use, nothing more is kept. It takes no lock while it calls one of them.
 */
final class DerivedMemory {
    /** So many wishes later a form that was not asked for is idle. */
    private static final int IDLE = 1024;

    private final CachingAllocator allocator;
    private final AtomicLong taken = new AtomicLong();
    private final List<WeakReference<DerivedForms>> holders = new CopyOnWriteArrayList<>();

    /** Wishes so far; races lose some. */
    private volatile int clock;

    DerivedMemory(CachingAllocator allocator) {
        this.allocator = allocator;
    }

    /** Whether a form of so many bytes may be kept; it is counted then. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    boolean take(DerivedForms forms, long bytes) {
        clock++;
        MemoryStatistics memory = allocator.statistics();
        long most = memory.limit() / 4;
        boolean room = memory.allocated() + bytes <= memory.limit() / 10 * 9;
        if (!room || bytes > most) {
            return false;
        }
        if (taken.addAndGet(bytes) > most) {
            taken.addAndGet(-bytes);
            free();
            if (taken.addAndGet(bytes) > most) {
                taken.addAndGet(-bytes);
                return false;
            }
        }
        if (holders.stream().noneMatch(holder -> holder.refersTo(forms))) {
            holders.add(new WeakReference<>(forms));
        }
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    int clock() {
        return clock;
    }

    /** Forgets idle forms, and what dropped storages held that the collector has found. */
    private void free() {
        int since = clock - IDLE;
        long lost = taken.get();
        for (WeakReference<DerivedForms> holder : holders) {
            DerivedForms forms = holder.get();
            lost -= forms == null ? 0 : forms.bytes();
        }
        taken.addAndGet(-lost);
        holders.removeIf(holder -> holder.refersTo(null));
        forEach(forms -> forms.forgetIdle(since));
    }

    /** Gives back all forms that are not being made; says whether there was one. */
    boolean releaseAll() {
        boolean[] any = new boolean[1];
        int after = clock + 1;
        forEach(forms -> any[0] |= forms.forgetIdle(after));
        return any[0];
    }

    private void forEach(Consumer<DerivedForms> action) {
        for (WeakReference<DerivedForms> holder : holders) {
            DerivedForms forms = holder.get();
            if (forms != null) {
                action.accept(forms);
            }
        }
    }
}
