// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.spi.DeviceStream.DeviceEvent;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Mistakes in queues, events, transfers and allocation. */
final class DeviceMutants {
    private static final String STREAMS = "device.streams";
    private static final String TRANSFERS = "device.transfers";

    private DeviceMutants() {}

    static List<Mutant> all() {
        return List.of(
                Mutant.device(
                        "events are complete at once",
                        new CompleteEvents(),
                        STREAMS,
                        "an event is complete after"),
                Mutant.device(
                        "waiting for an event returns at once",
                        new ImpatientEvents(),
                        STREAMS,
                        "waiting for an event"),
                Mutant.device(
                        "a stream ignores events of others",
                        new NoWaiting(),
                        STREAMS,
                        "a stream waits"),
                Mutant.device(
                        "synchronizing does not wait",
                        new NoSynchronization(),
                        STREAMS,
                        "synchronizing"),
                Mutant.device(
                        "closing a stream does not wait",
                        new HastyClose(),
                        STREAMS,
                        "closing a stream"),
                Mutant.device(
                        "a host read does not wait on further streams",
                        new EarlyRead(),
                        STREAMS,
                        "a host read waits"),
                Mutant.device(
                        "a copy reads its source later",
                        new LateSource(),
                        STREAMS,
                        "the source of a copy"),
                Mutant.device(
                        "memory that is in use is handed out again",
                        new SharedMemory(),
                        TRANSFERS,
                        "300007"),
                Mutant.device(
                        "asynchronous errors are swallowed",
                        new SilentErrors(),
                        STREAMS,
                        "an asynchronous error"),
                Mutant.device(
                        "asynchronous errors come again",
                        new RepeatedErrors(),
                        STREAMS,
                        "an asynchronous error"),
                Mutant.device(
                        "large copies drop their tail", new DroppedTail(), TRANSFERS, "300007"),
                Mutant.device(
                        "a copy begins at a multiple of 64 bytes",
                        new AlignedStart(),
                        TRANSFERS,
                        "a part of"),
                Mutant.device(
                        "freed memory is counted as used",
                        new Leak(),
                        "device.memory",
                        "freed memory"),
                Mutant.device(
                        "a closed queue keeps its thread",
                        new KeptThread(),
                        "device.lifecycle",
                        "closing the device"));
    }

    private static final class KeptThread extends QueueBackend {
        @Override
        void close(Queue queue) {
            queue.mark().synchronize();
            queue.rethrow(true);
        }
    }

    private static final class CompleteEvents extends QueueBackend {
        @Override
        DeviceEvent record(Queue queue) {
            DeviceEvent right = queue.mark();
            return new DeviceEvent() {
                @Override
                public boolean isComplete() {
                    return true;
                }

                @Override
                public void synchronize() {
                    right.synchronize();
                }
            };
        }
    }

    private static final class ImpatientEvents extends QueueBackend {
        @Override
        DeviceEvent record(Queue queue) {
            DeviceEvent right = queue.mark();
            return new DeviceEvent() {
                @Override
                public boolean isComplete() {
                    return right.isComplete();
                }

                @Override
                public void synchronize() {}
            };
        }
    }

    private static final class NoWaiting extends QueueBackend {
        @Override
        void waitFor(Queue queue, DeviceEvent event) {}
    }

    private static final class NoSynchronization extends QueueBackend {
        @Override
        void synchronize(Queue queue) {
            queue.rethrow(true);
        }

        @Override
        void toHost(MemorySegment source, MemorySegment target, Queue queue) {
            MemorySegment staging = MemorySegment.ofArray(new byte[(int) target.byteSize()]);
            queue.submit("copy to host", () -> staging.copyFrom(source)).join();
            target.copyFrom(staging);
        }
    }

    private static final class HastyClose extends QueueBackend {
        @Override
        void close(Queue queue) {
            queue.shutDown();
            queue.rethrow(true);
        }
    }

    private static final class EarlyRead extends QueueBackend {
        @Override
        void toHost(MemorySegment source, MemorySegment target, Queue queue) {
            if (queue.isFurther()) {
                target.copyFrom(source);
            } else {
                super.toHost(source, target, queue);
            }
        }
    }

    private static final class LateSource extends QueueBackend {
        @Override
        void toDevice(MemorySegment source, MemorySegment target, Queue queue) {
            if (queue.isFurther()) {
                queue.submit("copy from host", () -> target.copyFrom(source));
            } else {
                super.toDevice(source, target, queue);
            }
        }
    }

    private static final class SharedMemory extends QueueBackend {
        private static final long LARGE = 1 << 20;
        private @Nullable Allocation first;

        @Override
        Allocation allocation(long bytes) {
            Allocation known = first;
            if (known != null && bytes >= LARGE && bytes <= known.size()) {
                return known;
            }
            Allocation fresh = super.allocation(bytes);
            first = bytes >= LARGE ? fresh : known;
            return fresh;
        }

        /** What others may have. */
        @Override
        void release(Allocation allocation) {}
    }

    private static final class SilentErrors extends QueueBackend {
        @Override
        void synchronize(Queue queue) {
            queue.mark().synchronize();
        }
    }

    private static final class RepeatedErrors extends QueueBackend {
        @Override
        void synchronize(Queue queue) {
            queue.mark().synchronize();
            queue.rethrow(false);
        }

        @Override
        void close(Queue queue) {
            queue.finish();
        }
    }

    private static final class DroppedTail extends QueueBackend {
        @Override
        void toHost(MemorySegment source, MemorySegment target, Queue queue) {
            long size = target.byteSize();
            long whole = size > 1 << 20 ? size & -65_536 : size;
            super.toHost(source.asSlice(0, whole), target.asSlice(0, whole), queue);
        }
    }

    private static final class AlignedStart extends QueueBackend {
        @Override
        long start(long offset) {
            return offset & -64;
        }
    }

    private static final class Leak extends QueueBackend {
        @Override
        void freed(long bytes) {}
    }
}
