// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The calls that fill a buffer with information, as Java values. */
public final class Queries {
    private Queries() {}

    /** One of the {@code clGet...Info} functions with its objects bound. */
    @FunctionalInterface
    public interface Query {
        /** Writes the value or its size; returns a status code. */
        int ask(int name, long size, long value, long sizeOut);
    }

    /** A string. */
    public static String string(Query query, int name) {
        byte[] bytes = bytes(query, name);
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    }

    /** A number of 32 or 64 bits. */
    public static long number(Query query, int name) {
        byte[] bytes = bytes(query, name);
        long value = 0;
        for (int i = Math.min(bytes.length, 8) - 1; i >= 0; i--) {
            value = value << 8 | (bytes[i] & 0xFF);
        }
        return value;
    }

    /** A number that newer or older versions of OpenCL may not have. */
    public static long number(Query query, int name, long otherwise) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            return query.ask(name, 0, 0, value.address()) == 0 ? number(query, name) : otherwise;
        }
    }

    /** Whatever it is. */
    public static byte[] bytes(Query query, int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            Status.check(query.ask(name, 0, 0, size.address()), "information " + name);
            long length = size.get(ValueLayout.JAVA_LONG, 0);
            if (length == 0) {
                return new byte[0];
            }
            MemorySegment value = arena.allocate(length, 8);
            Status.check(query.ask(name, length, value.address(), 0), "information " + name);
            return value.toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
