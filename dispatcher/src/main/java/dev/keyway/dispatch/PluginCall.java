// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.PluginException;
import dev.keyway.spi.PluginInfo;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs code of a plugin that may hang, on a daemon thread of its own and within a time limit. The
 * thread's context class loader is the plugin's, and so is that of every thread that the code
 * starts, by which threads that it leaves behind can be told.
 *
 * @param plugin whose code it is
 * @param loader the plugin's class loader, null for that of the JDK
 * @param limit how long the code may take
 */
public record PluginCall(PluginInfo plugin, @Nullable ClassLoader loader, Duration limit) {
    /** The limit where none is set. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

    private static final Duration GRACE = Duration.ofMillis(200);

    /** What to run. */
    @FunctionalInterface
    public interface Task<T extends @Nullable Object, X extends Exception> {
        /** Runs on the plugin's thread. */
        T run() throws X;
    }

    /** What to run for its effect. */
    @FunctionalInterface
    public interface Step<X extends Exception> {
        /** Runs on the plugin's thread. */
        void run() throws X;
    }

    /** As {@link #call}, for its effect. */
    public <X extends Exception> void run(String step, Step<X> code) throws X {
        Task<@Nullable Object, X> task =
                () -> {
                    code.run();
                    return null;
                };
        call(step, task);
    }

    /**
     * Runs the code and returns or throws what it does.
     *
     * @param step what is being done, for the thread's name and for people
     * @throws StuckPluginException when it neither returns in time nor heeds an interrupt; the
     *     message names the thread and where it is. A result that comes later is closed, if it can
     *     be
     * @throws PluginException when it ended only after an interrupt
     */
    public <T extends @Nullable Object, X extends Exception> T call(String step, Task<T, X> code)
            throws X {
        Outcome<T, X> outcome = new Outcome<>(code);
        String name = "keyway-plugin " + plugin + " " + step;
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(outcome);
        thread.setContextClassLoader(loader);
        thread.start();
        if (!join(thread, limit)) {
            outcome.abandon();
            thread.interrupt();
            throw late(step, thread);
        }
        return outcome.get(plugin, step);
    }

    private PluginException late(String step, Thread thread) {
        String what = plugin + ": " + step + " has not returned after " + seconds(limit);
        if (join(thread, GRACE)) {
            return new PluginException(what + " and was interrupted");
        }
        StackTraceElement[] frames = thread.getStackTrace();
        return new StuckPluginException(
                what
                        + "; its thread '"
                        + thread.getName()
                        + "' hangs"
                        + (frames.length == 0 ? "" : " at " + frames[0])
                        + ", and its classes stay loaded");
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    /** Whether the thread ended in time; an interrupt of the caller is kept for later. */
    private static boolean join(Thread thread, Duration limit) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    Duration left = Duration.ofNanos(deadline - System.nanoTime());
                    return thread.join(left.isNegative() ? Duration.ZERO : left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Outcome<T extends @Nullable Object, X extends Exception>
            implements Runnable {
        private final Task<T, X> code;
        private @Nullable T value;
        private @Nullable Throwable error;
        private boolean abandoned;

        Outcome(Task<T, X> code) {
            this.code = code;
        }

        @Override
        @SuppressWarnings("CatchingUnchecked")
        public void run() {
            try {
                keep(code.run());
            } catch (Throwable e) {
                fail(e);
            }
        }

        private synchronized void keep(T result) throws Exception {
            value = result;
            if (abandoned && result instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }

        private synchronized void fail(Throwable e) {
            error = e;
            if (abandoned) {
                System.getLogger(PluginCall.class.getName())
                        .log(Level.DEBUG, "code that was given up failed later", e);
            }
        }

        synchronized void abandon() {
            abandoned = true;
        }

        @SuppressWarnings({"unchecked", "NullAway"})
        synchronized T get(PluginInfo plugin, String step) throws X {
            switch (error) {
                case null -> {
                    return value;
                }
                case StackOverflowError e ->
                        throw new PluginException(plugin + ": " + step + " overflows the stack", e);
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw (X) error;
            }
        }
    }
}
