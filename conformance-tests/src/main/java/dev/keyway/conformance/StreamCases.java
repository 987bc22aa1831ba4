// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.DeviceCases.require;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Event;
import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Streams and events. Each check queues work that takes a while, and then looks at its result the
 * moment that the device says it is there.
 */
final class StreamCases {
    private static final int N = 128;
    private static final int STEPS = 6;

    private StreamCases() {}

    static void add(DeviceCases.Group group) {
        long size = (long) N * N;
        group.add("kernels of a stream run in order", 64, StreamCases::order);
        group.add("a host read waits for its stream", size, StreamCases::hostRead);
        group.add("an event is complete after the work before it", size, StreamCases::event);
        group.add("waiting for an event waits for its work", size, StreamCases::eventWait);
        group.add("a stream waits for an event of another", size, StreamCases::crossWait);
        group.add("synchronizing a stream finishes its work", size, StreamCases::synchronize);
        group.add("synchronizing the device finishes all streams", size, StreamCases::device);
        group.add("closing a stream finishes its work", size, StreamCases::close);
        group.add("the source of a copy may be reused", size, StreamCases::sourceReused);
        group.add("streams do not mix", size, StreamCases::apart);
        group.add("memory stays valid until its stream has passed", size, StreamCases::closedEarly);
        group.add("an asynchronous error is told once", 2, StreamCases::error);
    }

    /** Queues products that take a while on the current stream; every element becomes the tag. */
    private static Tensor slow(Workbench bench, int tag) {
        // N products of 1/N and 1/N are 1/N, exactly.
        Tensor x = bench.keep(Ops.full(bench.device(), DType.F32, 1.0 / N, N, N));
        Tensor product = x;
        for (int i = 0; i < STEPS; i++) {
            product = bench.keep(product.mm(x));
        }
        return bench.keep(product.mul((double) N * tag));
    }

    private static void isFull(Tensor tensor, float expected) {
        float[] values = tensor.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            require(
                    values[i] == expected,
                    "element " + i + " is " + values[i] + ", expected " + expected);
        }
    }

    /** Reads on a stream that nothing else is queued on. */
    private static void isFullOnAnother(Workbench bench, Tensor tensor, float expected) {
        try (Stream other = bench.device().newStream();
                Scope _ = other.use()) {
            isFull(tensor, expected);
        }
    }

    private static void order(Workbench bench) {
        try (Stream stream = bench.device().newStream();
                Scope _ = stream.use()) {
            Tensor x = bench.keep(Ops.zeros(bench.device(), DType.I32, 64));
            int expected = 0;
            for (int i = 0; i < 200; i++) {
                x.mul_(3L);
                x.add_((long) i);
                expected = expected * 3 + i;
            }
            for (long value : x.toLongArray()) {
                require(value == expected, "an element is " + value + ", expected " + expected);
            }
        }
    }

    private static void hostRead(Workbench bench) {
        try (Stream stream = bench.device().newStream();
                Scope _ = stream.use()) {
            isFull(slow(bench, 3), 3);
        }
    }

    private static void event(Workbench bench) {
        try (Stream stream = bench.device().newStream()) {
            Tensor result;
            Event event;
            try (Scope _ = stream.use()) {
                result = slow(bench, 4);
                event = stream.record();
            }
            while (!event.isComplete()) {
                Thread.onSpinWait();
            }
            isFullOnAnother(bench, result, 4);
        }
    }

    private static void eventWait(Workbench bench) {
        try (Stream stream = bench.device().newStream()) {
            Tensor result;
            Event event;
            try (Scope _ = stream.use()) {
                result = slow(bench, 5);
                event = stream.record();
            }
            event.synchronize();
            require(event.isComplete(), "an event that was waited for is not complete");
            isFullOnAnother(bench, result, 5);
        }
    }

    private static void crossWait(Workbench bench) {
        try (Stream first = bench.device().newStream();
                Stream second = bench.device().newStream()) {
            Tensor result;
            Event event;
            try (Scope _ = first.use()) {
                result = slow(bench, 6);
                event = first.record();
            }
            second.waitFor(event);
            try (Scope _ = second.use()) {
                isFull(bench.keep(result.add(1.0)), 7);
            }
        }
    }

    private static void synchronize(Workbench bench) {
        try (Stream stream = bench.device().newStream()) {
            Tensor result;
            try (Scope _ = stream.use()) {
                result = slow(bench, 8);
            }
            stream.synchronize();
            isFullOnAnother(bench, result, 8);
        }
    }

    private static void device(Workbench bench) {
        try (Stream stream = bench.device().newStream()) {
            Tensor result;
            try (Scope _ = stream.use()) {
                result = slow(bench, 9);
            }
            bench.device().synchronize();
            isFullOnAnother(bench, result, 9);
        }
    }

    private static void close(Workbench bench) {
        Tensor result;
        try (Stream stream = bench.device().newStream()) {
            try (Scope _ = stream.use()) {
                result = slow(bench, 10);
            }
        }
        isFullOnAnother(bench, result, 10);
    }

    private static void sourceReused(Workbench bench) {
        try (Stream stream = bench.device().newStream();
                Scope _ = stream.use();
                Arena arena = Arena.ofShared()) {
            MemorySegment source = arena.allocate((long) N * N * Float.BYTES, Float.BYTES);
            fill(source, 11);
            slow(bench, 1);
            Tensor copy =
                    bench.keep(bench.keyway().tensor(bench.device(), DType.F32, source, N, N));
            fill(source, 12);
            isFull(copy, 11);
        }
    }

    private static void fill(MemorySegment segment, float value) {
        for (long i = 0; i < segment.byteSize() / Float.BYTES; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
    }

    private static void apart(Workbench bench) {
        try (Stream first = bench.device().newStream();
                Stream second = bench.device().newStream()) {
            Tensor[] results = new Tensor[4];
            for (int i = 0; i < results.length; i++) {
                try (Scope _ = (i % 2 == 0 ? first : second).use()) {
                    results[i] = slow(bench, 13 + i);
                }
            }
            for (int i = 0; i < results.length; i++) {
                try (Scope _ = (i % 2 == 0 ? first : second).use()) {
                    isFull(results[i], 13 + i);
                }
            }
        }
    }

    private static void closedEarly(Workbench bench) {
        try (Stream stream = bench.device().newStream();
                Scope _ = stream.use()) {
            Tensor x = slow(bench, 17);
            Tensor sum = bench.keep(x.add(1.0));
            Tensor opposite = bench.keep(x.neg());
            x.close();
            for (int i = 0; i < 4; i++) {
                bench.keep(Ops.full(bench.device(), DType.F32, -1.0, N, N));
            }
            isFull(sum, 18);
            isFull(opposite, -17);
        }
    }

    private static void error(Workbench bench) {
        try (Stream stream = bench.device().newStream();
                Scope _ = stream.use()) {
            Tensor x = bench.keep(bench.keyway().tensor(bench.device(), new int[] {7, 8}, 2));
            Tensor zero = bench.keep(Ops.zeros(bench.device(), DType.I32, 2));
            String message = "";
            try {
                bench.keep(x.floorDivide(zero));
                stream.synchronize();
            } catch (ArgumentException e) {
                message = String.valueOf(e.getMessage());
            }
            require(
                    message.contains("floor_divide"),
                    "dividing by zero must be told and name floor_divide, got: " + message);
            stream.synchronize();
            long[] after = bench.keep(x.add(1L)).toLongArray();
            require(after[0] == 8 && after[1] == 9, "after an error the stream computes wrongly");
        }
    }
}
