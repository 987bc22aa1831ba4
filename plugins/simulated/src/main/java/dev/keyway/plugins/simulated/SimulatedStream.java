// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import dev.keyway.ArgumentException;
import dev.keyway.DeviceException;
import dev.keyway.spi.DeviceStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue with a daemon thread that runs commands in order. A full queue blocks the
 * submitter. Commands are numbered from 1, so that an event is the number of the last command
 * before it. After a command failed the later ones still run; the first error is kept until
 * somebody synchronizes.
 */
final class SimulatedStream implements DeviceStream {
    private static final int BOUND = 1024;

    private final String name;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition progressed = lock.newCondition();
    private final Queue<Command> commands = new ArrayDeque<>();
    private long submitted;
    private volatile long completed;
    private boolean closing;
    private @Nullable Failure failure;

    private record Command(String operator, Runnable work) {}

    private record Failure(String operator, Throwable cause) {}

    private record Point(SimulatedStream stream, long number) implements DeviceEvent {
        @Override
        public boolean isComplete() {
            return stream.completed >= number;
        }

        @Override
        public void synchronize() {
            stream.await(number);
        }
    }

    private SimulatedStream(String name) {
        this.name = name;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::runCommands);
    }

    /** A stream whose thread has the name. */
    static SimulatedStream start(String name) {
        SimulatedStream stream = new SimulatedStream(name);
        stream.thread.start();
        return stream;
    }

    /** Puts work behind everything submitted so far; the operator is named should it fail. */
    void submit(String operator, Runnable work) {
        lock.lock();
        try {
            while (commands.size() >= BOUND && !closing) {
                progressed.awaitUninterruptibly();
            }
            if (closing) {
                throw new DeviceException(operator + ": stream " + name + " is closed");
            }
            commands.add(new Command(operator, work));
            submitted++;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void runCommands() {
        for (Command command = take(); command != null; command = take()) {
            Failure failed = null;
            try {
                command.work.run();
            } catch (Throwable e) {
                failed = new Failure(command.operator, e);
            }
            finish(failed);
        }
    }

    private @Nullable Command take() {
        lock.lock();
        try {
            while (commands.isEmpty() && !closing) {
                arrived.awaitUninterruptibly();
            }
            return commands.poll();
        } finally {
            lock.unlock();
        }
    }

    private void finish(@Nullable Failure failed) {
        lock.lock();
        try {
            failure = failure == null ? failed : failure;
            completed++;
            progressed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void await(long number) {
        lock.lock();
        try {
            while (completed < number) {
                progressed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public DeviceEvent record() {
        lock.lock();
        try {
            return new Point(this, submitted);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void waitFor(DeviceEvent event) {
        if (!event.isComplete()) {
            submit("wait for event", event::synchronize);
        }
    }

    @Override
    public void synchronize() {
        record().synchronize();
        rethrow();
    }

    /** Ends the thread after the queued work; throws an error that nobody has seen. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            arrived.signalAll();
            progressed.signalAll();
        } finally {
            lock.unlock();
        }
        record().synchronize();
        rethrow();
    }

    private void rethrow() {
        Failure seen;
        lock.lock();
        try {
            seen = failure;
            failure = null;
        } finally {
            lock.unlock();
        }
        if (seen == null) {
            return;
        }
        Throwable cause = seen.cause;
        if (cause instanceof ArgumentException || cause instanceof ArithmeticException) {
            throw new ArgumentException(seen.operator + ": " + cause.getMessage(), cause);
        }
        throw new DeviceException(
                seen.operator + ": its kernel failed on stream " + name + ": " + cause, cause);
    }
}
