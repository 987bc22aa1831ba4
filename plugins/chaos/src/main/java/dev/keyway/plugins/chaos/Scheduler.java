// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The device's only thread, which runs the commands of all streams one after another, in the {@link
 * Order} that the setting asks for. Which one is next depends on what was submitted and what is
 * waited for, never on time; so one thread that submits and waits meets the same order each time.
 */
final class Scheduler {
    /** Beyond this many commands in all streams a submitter makes the device work. */
    private static final int BOUND = 4096;

    private final FaultSwitch faults;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<ChaosStream> streams = new ArrayList<>();
    private final List<Point> demands = new ArrayList<>();
    private final Thread thread;
    private Random random = new Random(0);
    private long seed;
    private long sequence;
    private int queued;
    private boolean closed;
    private volatile FaultSwitch.@Nullable LostException lost;

    /** Work of a stream; a wait has the point that it waits for. */
    record Command(long sequence, String operator, @Nullable Point after, Runnable work) {}

    /** Behind the first {@code number} commands of a stream. */
    record Point(ChaosStream stream, long number) {
        boolean isPassed() {
            return stream.completed >= number;
        }
    }

    Scheduler(String name, FaultSwitch faults) {
        this.faults = faults;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::work);
        thread.start();
    }

    void add(ChaosStream stream) {
        locked(() -> streams.add(stream));
    }

    void remove(ChaosStream stream) {
        locked(() -> streams.remove(stream));
    }

    /** Puts a command at the end of the stream. */
    void submit(ChaosStream stream, String operator, @Nullable Point after, Runnable work) {
        lock.lock();
        try {
            checkNotLost(operator);
            stream.commands.add(new Command(sequence++, operator, after, work));
            stream.submitted++;
            queued++;
            changed.signalAll();
            if (queued > BOUND) {
                await(new Point(stream, stream.submitted - 1));
            }
        } finally {
            lock.unlock();
        }
    }

    Point end(ChaosStream stream) {
        lock.lock();
        try {
            return new Point(stream, stream.submitted);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the point is passed; on a lost device it is. */
    void demand(Point point) {
        locked(() -> await(point));
    }

    /** Makes the device work towards the point, without waiting. */
    void hurry(Point point) {
        locked(
                () -> {
                    if (!point.isPassed()) {
                        demands.add(point);
                        changed.signalAll();
                    }
                });
    }

    private void await(Point point) {
        if (!point.isPassed()) {
            demands.add(point);
            changed.signalAll();
            while (!point.isPassed()) {
                changed.awaitUninterruptibly();
            }
        }
    }

    /** Fails, naming what was being done, when the device is lost. */
    void checkNotLost(String operator) {
        FaultSwitch.LostException reason = lost;
        if (reason != null) {
            throw new FaultSwitch.LostException(operator + ": " + reason.getMessage());
        }
    }

    private void locked(Runnable code) {
        lock.lock();
        try {
            code.run();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; the streams are done. */
    void close() {
        locked(
                () -> {
                    closed = true;
                    changed.signalAll();
                });
    }

    private void work() {
        for (ChaosStream next = take(); next != null; next = take()) {
            Command command = next.commands.element();
            Throwable error = null;
            try {
                if (command.after == null) {
                    faults.running();
                }
                command.work.run();
            } catch (Throwable e) {
                error = e;
            }
            finish(next, command, error);
        }
    }

    private void finish(ChaosStream stream, Command command, @Nullable Throwable error) {
        locked(
                () -> {
                    if (error instanceof FaultSwitch.LostException e) {
                        lost = e;
                        stream.fail(command.operator, e);
                        streams.forEach(this::drop);
                    } else {
                        if (error != null) {
                            stream.fail(command.operator, error);
                        }
                        stream.commands.remove();
                        stream.completed++;
                        queued--;
                    }
                    changed.signalAll();
                });
    }

    /** Nothing of the stream will run any more. */
    private void drop(ChaosStream stream) {
        queued -= stream.commands.size();
        stream.commands.clear();
        stream.completed = stream.submitted;
    }

    private @Nullable ChaosStream take() {
        lock.lock();
        try {
            while (!closed) {
                demands.removeIf(Point::isPassed);
                ChaosStream next = choose(faults.faults());
                if (next != null) {
                    return next;
                }
                changed.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ChaosStream choose(Faults now) {
        if (now.order() != Order.EAGER && demands.isEmpty()) {
            return null;
        }
        List<ChaosStream> able = streams.stream().filter(ChaosStream::canRun).toList();
        Comparator<ChaosStream> bySequence =
                Comparator.comparingLong(stream -> stream.commands.element().sequence);
        return switch (now.order()) {
            case EAGER -> able.stream().min(bySequence).orElse(null);
            case NEEDED -> needed(demands.getFirst());
            case LATEST -> able.stream().max(bySequence).orElse(null);
            case RANDOM -> able.isEmpty() ? null : able.get(draw(now.seed(), able.size()));
        };
    }

    private int draw(long wanted, int bound) {
        if (wanted != seed) {
            seed = wanted;
            random = new Random(wanted);
        }
        return random.nextInt(bound);
    }

    /** The stream whose next command is the first that the point depends on. */
    private static ChaosStream needed(Point point) {
        Point after = point.stream.commands.element().after;
        return after == null || after.isPassed() ? point.stream : needed(after);
    }
}
