// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.FallbackPolicy;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The states of all threads that used one runtime, and the waits that build on their epoch slots.
 *
 * <p>Slots are written without a fence, which keeps calls cheap. Whoever waits first makes every
 * thread pass a safepoint ({@link Thread#getStackTrace} is a handshake), so that no slot is stuck
 * in a store buffer; see ADR 0003.
 */
final class ThreadStates {
    private static final int RECENT = 64;

    private final CopyOnWriteArrayList<WeakReference<ThreadState>> all =
            new CopyOnWriteArrayList<>();
    private final ThreadLocal<ThreadState> local;

    /** By the low bits of the thread's id: a look-up without the thread's map. Races are benign. */
    private final ThreadState[] recent = new ThreadState[RECENT];

    /** Stands where no thread's state is: of a thread that never runs. */
    private final ThreadState nobody;

    ThreadStates(FallbackPolicy fallback, WorkerPool workers, OperatorNames names) {
        nobody = new ThreadState(new Thread("nobody"), fallback, workers, names);
        Arrays.fill(recent, nobody);
        local =
                new ThreadLocal<>() {
                    @Override
                    protected ThreadState initialValue() {
                        ThreadState state =
                                new ThreadState(Thread.currentThread(), fallback, workers, names);
                        forgetDead();
                        all.add(new WeakReference<>(state));
                        return state;
                    }
                };
    }

    private static boolean isGone(WeakReference<ThreadState> reference) {
        ThreadState state = reference.get();
        return state == null || !state.thread.isAlive();
    }

    /** Short enough in bytecode that the JVM inlines it where it does not yet know it as hot. */
    ThreadState get() {
        Thread thread = Thread.currentThread();
        ThreadState state = recent[(int) thread.threadId() & (RECENT - 1)];
        if (state.thread == thread) {
            return state;
        }
        return find();
    }

    private ThreadState find() {
        ThreadState state = local.get();
        recent[(int) state.thread.threadId() & (RECENT - 1)] = state;
        return state;
    }

    private void forgetDead() {
        all.removeIf(ThreadStates::isGone);
        for (int i = 0; i < RECENT; i++) {
            ThreadState state = recent[i];
            if (!state.thread.isAlive()) {
                recent[i] = nobody;
            }
        }
    }

    /** The calls of other threads that are running now. */
    List<Running> running() {
        VarHandle.fullFence();
        List<Running> running = new ArrayList<>();
        for (WeakReference<ThreadState> reference : all) {
            ThreadState state = reference.get();
            if (state != null && state.thread != Thread.currentThread()) {
                long epoch = state.epoch();
                if ((epoch & 1) == 1) {
                    running.add(new Running(state, epoch));
                }
            }
        }
        return running;
    }

    /** Makes all threads' slots visible and waits until each call that is running now has ended. */
    void drain() {
        forgetDead();
        for (WeakReference<ThreadState> reference : all) {
            ThreadState state = reference.get();
            if (state != null) {
                handshake(state.thread);
            }
        }
        List<Running> running = running();
        while (running.stream().anyMatch(r -> !r.hasEnded())) {
            LockSupport.parkNanos(20_000);
        }
    }

    /** Makes everything that the thread wrote before visible to the caller. */
    static void handshake(Thread thread) {
        if (thread != Thread.currentThread() && thread.isAlive()) {
            int frames = thread.getStackTrace().length;
            VarHandle.fullFence();
            assert frames >= 0;
        }
    }

    /**
     * A call seen running.
     *
     * @param state whose
     * @param epoch the slot when it was seen
     */
    record Running(ThreadState state, long epoch) {
        boolean hasEnded() {
            return state.epoch() != epoch || !state.thread.isAlive();
        }
    }
}
