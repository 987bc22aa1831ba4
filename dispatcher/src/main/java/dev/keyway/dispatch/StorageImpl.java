// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ClosedException;
import dev.keyway.Event;
import dev.keyway.Storage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A counted block. Storages start out owned by the thread that made them, whose calls need no
 * fence; the first use by another thread makes the storage shared, once and for good, after which
 * every call that uses it fences its epoch slot and a close waits for the calls in flight. ADR 0003
 * has the argument.
 */
final class StorageImpl implements Storage {
    private static final VarHandle COUNT;
    private static final VarHandle OWNER;
    private static final VarHandle VERSION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(StorageImpl.class, "count", int.class);
            OWNER = lookup.findVarHandle(StorageImpl.class, "owner", Thread.class);
            VERSION = lookup.findVarHandle(StorageImpl.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final DeviceImpl device;
    private final long nbytes;

    /** Null until the contents of a storage without memory arrive. */
    private @Nullable Block block;

    private @Nullable CachingAllocator allocator;

    /** Hidden, as 0, while {@link #putOff} is set. */
    private long address;

    /** Set while the contents are still to be computed; only the thread inside fuse sets it. */
    private @Nullable PutOff putOff;

    /** Keeps the segment from being reclaimed; see {@link Block.Segment}. */
    private @Nullable Object token;

    /** The only thread that has used the storage; null once another one did: it is shared then. */
    private volatile @Nullable Thread owner = Thread.currentThread();

    private volatile int count = 1;
    private @Nullable List<StreamImpl> otherStreams;

    /** Changes in place so far; shared by all views. */
    private long version;

    /** What kernels keep of the contents; null until one asks. */
    private volatile @Nullable DerivedForms derived;

    StorageImpl(
            DeviceImpl device, CachingAllocator allocator, Block block, long nbytes, Object token) {
        this.device = device;
        this.allocator = allocator;
        this.block = block;
        this.nbytes = nbytes;
        this.token = token;
        this.address = block.segment.address == 0 ? 0 : block.segment.address + block.offset;
    }

    /** Without memory, which comes with the contents; {@link #putOff(PutOff)} follows. */
    StorageImpl(DeviceImpl device, long nbytes) {
        this.device = device;
        this.nbytes = nbytes;
    }

    /** What the contents will be; null where they are there. */
    @Nullable PutOff putOff() {
        return putOff;
    }

    /** The contents are still to be computed. */
    void putOff(PutOff later) {
        putOff = later;
        address = 0;
    }

    /** The contents are about to be computed. */
    void arrive() {
        Block memory = block;
        if (memory != null) {
            address = memory.segment.address == 0 ? 0 : memory.segment.address + memory.offset;
        }
        putOff = null;
    }

    /** Whether there is memory for the contents. */
    boolean hasMemory() {
        return block != null;
    }

    /** Takes over the memory of a new storage, which is not used otherwise. */
    void takeMemory(StorageImpl of) {
        block = of.block;
        allocator = of.allocator;
        token = of.token;
    }

    private Block block() {
        compute();
        return Objects.requireNonNull(block);
    }

    private void compute() {
        PutOff later = putOff;
        if (later != null) {
            later.compute();
        }
    }

    /** One more handle; fails when the last one is gone. */
    void retain() {
        if (!tryRetain()) {
            throw gone();
        }
    }

    /** One more handle, unless the last one is gone. */
    boolean tryRetain() {
        int seen = count;
        while (seen > 0) {
            int witness = (int) COUNT.compareAndExchange(this, seen, seen + 1);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }

    /** Changes in place so far. What is read of the memory later is at least as new. */
    long version() {
        return (long) VERSION.getAcquire(this);
    }

    /**
     * Counts a change in place, after it. Threads that change parts of a storage at the same time
     * must not lose a count once something is derived from it.
     */
    void bumpVersion() {
        DerivedForms forms = derived;
        if (forms == null) {
            VERSION.setRelease(this, version + 1);
        } else {
            VERSION.getAndAdd(this, 1L);
            forms.changed();
        }
    }

    /** What kernels keep of the contents. */
    DerivedForms derived() {
        DerivedForms forms = derived;
        return forms == null ? newDerived() : forms;
    }

    /**
     * A call in flight may ask first when the last handle is gone already. Either {@link #release}
     * then sees the forms, or this sees the count.
     */
    private synchronized DerivedForms newDerived() {
        DerivedForms forms = derived;
        if (forms == null) {
            forms = new DerivedForms(this);
            derived = forms;
            if (count <= 0) {
                forms.close();
            }
        }
        return forms;
    }

    /** One handle less; the last one gives the block back. */
    void release() {
        if (owner != Thread.currentThread()) {
            share();
        }
        if ((int) COUNT.getAndAdd(this, -1) == 1) {
            DerivedForms forms = derived;
            if (forms != null) {
                forms.close();
            }
            giveBack(block, allocator);
        }
    }

    /** Storages whose contents never came have no memory. */
    private void giveBack(@Nullable Block memory, @Nullable CachingAllocator from) {
        if (memory == null || from == null) {
            return;
        }
        if (isShared() || otherStreams != null) {
            retire(memory, from);
        } else {
            from.free(memory);
        }
    }

    private void retire(Block memory, CachingAllocator from) {
        List<Event> events = new ArrayList<>(0);
        if (otherStreams != null) {
            for (StreamImpl stream : otherStreams) {
                Event event = stream.recordUnlessGone();
                if (event != null) {
                    events.add(event);
                }
            }
        }
        device.retired().retire(from, memory, token, isShared(), events);
    }

    /** The calling thread, inside a call, is about to use the memory. */
    void use(Thread thread) {
        if (owner != thread) {
            share();
            VarHandle.fullFence();
        }
        if (count <= 0) {
            throw gone();
        }
        compute();
    }

    /**
     * The same in a call begun by {@link ThreadState#enterShort}, whose fence lets these reads be
     * plain.
     */
    void useShort(Thread thread) {
        if ((Thread) OWNER.get(this) != thread || (int) COUNT.get(this) <= 0) {
            use(thread);
        }
    }

    private void share() {
        Thread only = owner;
        if (only != null) {
            owner = null;
            ThreadStates.handshake(only);
        }
    }

    private boolean isShared() {
        return owner == null;
    }

    /** Work on a stream other than the block's own uses the memory. */
    synchronized void useOn(StreamImpl stream) {
        if (stream == block().segment.stream) {
            return;
        }
        if (otherStreams == null) {
            otherStreams = new ArrayList<>(1);
        }
        if (!otherStreams.contains(stream)) {
            otherStreams.add(stream);
        }
    }

    private ClosedException gone() {
        return new ClosedException(
                "tensor used after close: its storage on " + device.name() + " was released");
    }

    int count() {
        return count;
    }

    @Override
    public DeviceImpl device() {
        return device;
    }

    @Override
    public long nbytes() {
        return nbytes;
    }

    @Override
    public long address() {
        if (address == 0) {
            compute();
        }
        return address;
    }

    @Override
    public Object handle() {
        return block().segment.handle;
    }

    @Override
    public long offset() {
        return block().offset;
    }
}
