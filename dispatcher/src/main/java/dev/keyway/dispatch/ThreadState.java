// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.FallbackPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime keeps of one thread: key masks, policies, streams, scratch objects for calls,
 * and the epoch slot. Only its thread writes it; other threads read the slot alone. It must not
 * keep references to plugins between calls.
 */
public final class ThreadState {
    private static final VarHandle EPOCH;

    static {
        try {
            EPOCH = MethodHandles.lookup().findVarHandle(ThreadState.class, "epoch", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The thread. */
    final Thread thread;

    /** Keys that calls of this thread leave out. */
    long excluded;

    FallbackPolicy fallback;
    final MetaContextImpl meta = new MetaContextImpl();
    final KernelCallImpl call;
    final Made made = new Made();
    final TensorLists lists = new TensorLists();

    /** For the next boxed call; null while one runs. */
    private @Nullable Outputs outputs;

    /** For the next kernel that needs one; null while one is used. */
    private @Nullable Adapted adapted;

    /** Contexts of Keyway's own composites, of one inside another, and how many run. */
    private @Nullable CompositeContextImpl[] contexts = new @Nullable CompositeContextImpl[4];

    private int composites;

    /** Null until one is chosen. */
    private @Nullable Map<DeviceImpl, StreamImpl> streams;

    /** What calls may be put off in; null outside fuse. */
    private @Nullable Fusion fusion;

    /** Whether streams were chosen or calls may be put off. */
    private boolean unusual;

    /** Odd while a call is running. */
    private volatile long epoch;

    /** Calls that {@link #enter} began. */
    private int depth;

    /** Whether the outermost of them runs inside a call that {@link #enterShort} began. */
    private boolean insideShort;

    ThreadState(Thread thread, FallbackPolicy fallback, WorkerPool workers, OperatorNames names) {
        this.thread = thread;
        this.fallback = fallback;
        this.call = new KernelCallImpl(workers, meta, names);
    }

    /** Starts a call; nested calls belong to the outermost. */
    void enter() {
        if (depth++ == 0) {
            long before = (long) EPOCH.get(this);
            insideShort = (before & 1) == 1;
            if (!insideShort) {
                EPOCH.setOpaque(this, before + 1);
            }
        }
    }

    /** Ends a call. */
    void exit() {
        if (--depth == 0 && !insideShort) {
            meta.clear();
            call.clear();
            EPOCH.setRelease(this, (long) EPOCH.get(this) + 1);
        }
    }

    /**
     * Starts a call that leaves nothing in the scratch objects.
     *
     * @return what {@link #exitShort} takes
     */
    long enterShort() {
        long before = (long) EPOCH.get(this);
        if ((before & 1) == 1) {
            return -1;
        }
        EPOCH.setOpaque(this, before + 1);
        VarHandle.acquireFence(); // one barrier for the compiler; what follows is read plainly
        return before;
    }

    /** Ends what {@link #enterShort} started. */
    void exitShort(long before) {
        if (before >= 0) {
            EPOCH.setRelease(this, before + 2);
        }
    }

    /** The operator of the call that is running, for errors; empty outside calls. */
    String operator() {
        return depth == 0 ? "" : call.operatorName();
    }

    /** Whether a call is running. */
    boolean isInside() {
        return ((long) EPOCH.get(this) & 1) == 1;
    }

    /** Called by other threads: the current epoch, odd while a call is running. */
    long epoch() {
        return (long) EPOCH.getAcquire(this);
    }

    /** The handles of the code that runs. */
    public Made made() {
        return made;
    }

    /** The grad mode of the thread. */
    public boolean gradEnabled() {
        return (excluded & DispatchKey.AUTOGRAD.bit()) == 0;
    }

    /**
     * Leaves out the keys until {@link #restore}.
     *
     * @return the mask before
     */
    public long exclude(long keys) {
        long before = excluded;
        excluded = before | keys;
        return before;
    }

    /** Takes the keys in again, until {@link #restore}. */
    public long include(long keys) {
        long before = excluded;
        excluded = before & ~keys;
        return before;
    }

    /** Restores a mask. */
    public void restore(long before) {
        excluded = before;
    }

    /** Where a boxed call notes its results until {@link #giveBack}. */
    Outputs takeOutputs(KeywayRuntime runtime) {
        Outputs free = outputs;
        outputs = null;
        return free == null ? new Outputs(runtime) : free;
    }

    void giveBack(Outputs used) {
        outputs = used;
    }

    /** What adapts the inputs of a kernel until it is closed. */
    Adapted takeAdapted(KeywayRuntime runtime) {
        Adapted free = adapted;
        adapted = null;
        return free == null ? new Adapted(runtime, this) : free;
    }

    void giveBack(Adapted used) {
        adapted = used;
    }

    /** A context until {@link #giveBack}; the one taken last goes back first. */
    CompositeContextImpl takeContext(KeywayRuntime runtime) {
        if (composites == contexts.length) {
            contexts = Arrays.copyOf(contexts, 2 * composites);
        }
        CompositeContextImpl context = contexts[composites];
        if (context == null) {
            context = new CompositeContextImpl(runtime, this);
            contexts[composites] = context;
        }
        composites++;
        return context;
    }

    void giveBack(CompositeContextImpl used) {
        composites--;
        used.end();
    }

    /** Before a kernel runs: what was put off comes first. */
    void settle() {
        Fusion running = fusion;
        if (running != null) {
            running.settle();
        }
    }

    /** What calls may be put off in; null outside fuse. */
    @Nullable Fusion fusion() {
        return fusion;
    }

    void fusion(@Nullable Fusion newFusion) {
        fusion = newFusion;
        unusual = newFusion != null || streams != null;
    }

    /** Whether calls may not run at once, or not on default streams. */
    boolean isUnusual() {
        return unusual;
    }

    StreamImpl streamOf(DeviceImpl device) {
        StreamImpl stream = streams == null ? null : streams.get(device);
        return stream == null ? device.defaultStream() : stream;
    }

    @Nullable StreamImpl useStream(DeviceImpl device, @Nullable StreamImpl stream) {
        if (streams == null) {
            streams = new IdentityHashMap<>();
            unusual = true;
        }
        return stream == null ? streams.remove(device) : streams.put(device, stream);
    }
}
