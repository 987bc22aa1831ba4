// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Tensor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What kernels keep of the contents of one storage, as packed weights; {@code KernelCall.derived}
 * is the contract, ADR 0015 the argument. A form is kept with the version that the storage had
 * before it was read, so a form of older contents never passes for a newer one. Thread-safe: a look
 * at a form that is there takes no lock.
 */
final class DerivedForms {
    private static final int MOST = 64;
    private static final Entry[] NONE = {};

    private final StorageImpl storage;
    private final DerivedMemory limit;
    private volatile Entry[] entries = NONE;

    /** What was asked for once, with the contents of this version; guarded by this. */
    private long[] seen = new long[1];

    private int seenCount;
    private long seenVersion = -1;
    private boolean closed;

    DerivedForms(StorageImpl storage) {
        this.storage = storage;
        this.limit = storage.device.derived();
    }

    /** The form, counted once more for the caller; null where none is kept. */
    @Nullable TensorImpl get(
            TensorImpl input, Object form, long bytes, StreamImpl stream, Consumer<Tensor> fill) {
        long version = storage.version();
        Entry entry = find(input, form, bytes);
        if (entry != null && entry.version == version) {
            TensorImpl memory = entry.memory;
            if (memory != null && entry.stream == stream && memory.storage.tryRetain()) {
                entry.used = limit.clock();
                return memory;
            }
            return null;
        }
        Wanted wanted = new Wanted(input, form, bytes, stream);
        Entry started = start(wanted, version);
        return started == null ? null : make(started, wanted, fill);
    }

    private @Nullable Entry find(TensorImpl input, Object form, long bytes) {
        for (Entry entry : entries) {
            if (entry.is(input, form, bytes)) {
                return entry;
            }
        }
        return null;
    }

    /** A place for the form; null where it is not to be kept, or another thread makes it. */
    private synchronized @Nullable Entry start(Wanted wanted, long version) {
        forgetOlder(storage.version());
        boolean again = sighted(wanted.stamp(), version);
        if (closed
                || !again
                || find(wanted.input, wanted.form, wanted.bytes) != null
                || entries.length == MOST) {
            return null;
        }
        if (!limit.take(this, wanted.bytes)) {
            return null;
        }
        Entry entry = new Entry(wanted, version, limit.clock());
        Entry[] more = Arrays.copyOf(entries, entries.length + 1);
        more[entries.length] = entry;
        entries = more;
        return entry;
    }

    /** Whether it was asked for before with the same contents; notes that it was now. */
    private boolean sighted(long stamp, long version) {
        if (seenVersion != version) {
            seenVersion = version;
            seenCount = 0;
        }
        for (int i = 0; i < seenCount; i++) {
            if (seen[i] == stamp) {
                return true;
            }
        }
        if (seenCount < MOST) {
            if (seenCount == seen.length) {
                seen = Arrays.copyOf(seen, 2 * seenCount);
            }
            seen[seenCount++] = stamp;
        }
        return false;
    }

    private @Nullable TensorImpl make(Entry entry, Wanted wanted, Consumer<Tensor> fill) {
        TensorImpl memory = null;
        boolean done = false;
        try {
            memory =
                    KeywayRuntime.allocate(
                            storage.device,
                            wanted.stream,
                            DType.U8,
                            new long[] {wanted.bytes},
                            null);
            fill.accept(memory);
            done = true;
            publish(entry, memory);
            return memory;
        } catch (OutOfMemoryException e) {
            // Keeping it is an offer: the kernel does without.
            return null;
        } finally {
            if (!done) {
                remove(entry);
                if (memory != null) {
                    memory.close();
                }
            }
        }
    }

    /**
     * Makes the filled form known and counts it for the kernel; the kernel alone has it where the
     * storage was closed or changed meanwhile.
     */
    private synchronized void publish(Entry entry, TensorImpl memory) {
        for (Entry known : entries) {
            if (known == entry) {
                memory.storage.retain();
                entry.memory = memory;
                return;
            }
        }
    }

    /** The contents were changed: forms of older ones are of no use. */
    void changed() {
        if (entries.length > 0) {
            synchronized (this) {
                forgetOlder(storage.version());
            }
        }
    }

    private void forgetOlder(long version) {
        retain(entry -> entry.version == version && entry.form.get() != null);
    }

    private synchronized void remove(Entry entry) {
        retain(other -> other != entry);
    }

    /** Gives back the forms that no kernel asked for since this time of the limit's clock. */
    synchronized boolean forgetIdle(int since) {
        int before = entries.length;
        retain(entry -> entry.memory == null || entry.used - since >= 0);
        return entries.length < before;
    }

    /** Gives all forms back: the storage is closed. */
    synchronized void close() {
        closed = true;
        retain(entry -> false);
    }

    private void retain(Predicate<Entry> stays) {
        List<Entry> kept = new ArrayList<>(entries.length);
        for (Entry entry : entries) {
            if (stays.test(entry)) {
                kept.add(entry);
            } else {
                limit.giveBack(entry.bytes);
                TensorImpl memory = entry.memory;
                if (memory != null) {
                    memory.close();
                }
            }
        }
        if (kept.size() < entries.length) {
            entries = kept.toArray(NONE);
        }
    }

    /** Bytes of all forms that are there. */
    long bytes() {
        long sum = 0;
        for (Entry entry : entries) {
            sum += entry.bytes;
        }
        return sum;
    }

    /**
     * What a kernel asks for and did not find.
     *
     * @param input of which
     * @param form what is made of it
     * @param bytes how much memory
     * @param stream on which
     */
    private record Wanted(TensorImpl input, Object form, long bytes, StreamImpl stream) {
        long stamp() {
            long hash = System.identityHashCode(form);
            hash = 31 * hash + input.storageOffset;
            hash = 31 * hash + Arrays.hashCode(input.sizes);
            hash = 31 * hash + Arrays.hashCode(input.strides);
            return 31 * hash + bytes;
        }
    }

    private static final class Entry {
        private final WeakReference<Object> form;
        private final DType dtype;
        private final long offset;
        private final long[] sizes;
        private final long[] strides;
        private final long bytes;
        private final long version;
        private final StreamImpl stream;
        private volatile int used;

        /** Null while it is being filled. */
        private volatile @Nullable TensorImpl memory;

        Entry(Wanted wanted, long version, int now) {
            TensorImpl input = wanted.input;
            this.form = new WeakReference<>(wanted.form);
            this.dtype = input.dtype;
            this.offset = input.storageOffset;
            this.sizes = input.sizes;
            this.strides = input.strides;
            this.bytes = wanted.bytes;
            this.version = version;
            this.stream = wanted.stream;
            this.used = now;
        }

        boolean is(TensorImpl input, Object wanted, long size) {
            return form.refersTo(wanted)
                    && offset == input.storageOffset
                    && bytes == size
                    && dtype == input.dtype
                    && Shapes.same(sizes, input.sizes)
                    && Shapes.same(strides, input.strides);
        }
    }
}
