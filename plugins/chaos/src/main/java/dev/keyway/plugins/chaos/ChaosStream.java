// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.ArgumentException;
import dev.keyway.DeviceException;
import dev.keyway.plugins.chaos.Scheduler.Command;
import dev.keyway.plugins.chaos.Scheduler.Point;
import dev.keyway.spi.DeviceStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A queue of the device. The scheduler guards its fields. After a command failed the later ones
 * still run; the first error is kept until somebody synchronizes.
 */
final class ChaosStream implements DeviceStream {
    final Queue<Command> commands = new ArrayDeque<>();
    long submitted;
    volatile long completed;
    private final String name;
    private final Scheduler scheduler;
    private final FaultSwitch faults;
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

    private record Failure(String operator, Throwable cause) {}

    ChaosStream(String name, Scheduler scheduler, FaultSwitch faults) {
        this.name = name;
        this.scheduler = scheduler;
        this.faults = faults;
        scheduler.add(this);
    }

    /** Whether its first command waits for nothing. */
    boolean canRun() {
        Command first = commands.peek();
        Point after = first == null ? null : first.after();
        return first != null && (after == null || after.isPassed());
    }

    /** Keeps the error of a command. */
    void fail(String operator, Throwable cause) {
        failures.add(new Failure(operator, cause));
    }

    /** Puts work behind everything submitted so far; the operator is named should it fail. */
    void submit(String operator, Runnable work) {
        scheduler.checkNotLost(operator);
        faults.launching();
        scheduler.submit(this, operator, null, work);
    }

    /** An event; one that is asked about again and again makes the device work. */
    private record Mark(Scheduler scheduler, Point point, AtomicInteger polls)
            implements DeviceEvent {
        private static final int PATIENCE = 100;

        @Override
        public boolean isComplete() {
            if (!point.isPassed() && polls.incrementAndGet() % PATIENCE == 0) {
                scheduler.hurry(point);
            }
            return point.isPassed();
        }

        @Override
        public void synchronize() {
            scheduler.demand(point);
        }
    }

    @Override
    public DeviceEvent record() {
        return new Mark(scheduler, scheduler.end(this), new AtomicInteger());
    }

    @Override
    public void waitFor(DeviceEvent event) {
        if (event instanceof Mark mark && mark.scheduler == scheduler) {
            if (!mark.point.isPassed()) {
                scheduler.submit(this, "wait for event", mark.point, () -> {});
            }
        } else {
            event.synchronize();
        }
    }

    @Override
    public void synchronize() {
        scheduler.demand(scheduler.end(this));
        rethrow();
        scheduler.checkNotLost("synchronize");
    }

    /** Runs what is left; throws an error that nobody has seen. */
    @Override
    public void close() {
        scheduler.demand(scheduler.end(this));
        scheduler.remove(this);
        rethrow();
    }

    private void rethrow() {
        Failure first = failures.poll();
        failures.clear();
        if (first == null) {
            return;
        }
        Throwable cause = first.cause;
        if (cause instanceof ArgumentException || cause instanceof ArithmeticException) {
            throw new ArgumentException(first.operator + ": " + cause.getMessage(), cause);
        }
        throw new DeviceException(
                first.operator + ": its kernel failed on stream " + name + ": " + cause, cause);
    }
}
