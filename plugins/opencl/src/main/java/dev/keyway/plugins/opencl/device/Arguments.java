// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The arguments of one launch, in the order of the kernel's parameters. A tensor is two: its buffer
 * and the index of its first element, as its memory is a part of a larger buffer.
 */
public final class Arguments {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final long[] NONE = {};

    private byte[] sizes = new byte[16];
    private long[] values = new long[16];
    private long[][] structures = new long[16][];
    private int count;
    private boolean fallible;

    private void add(int size, long value, long[] structure) {
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
            structures = Arrays.copyOf(structures, 2 * count);
        }
        sizes[count] = (byte) size;
        values[count] = value;
        structures[count++] = structure;
    }

    /** The tensor's buffer and the index of its first element. */
    public Arguments tensor(Tensor tensor) {
        OpenClMemory.Buffer buffer = (OpenClMemory.Buffer) tensor.storage().handle();
        add(8, buffer.handle, NONE);
        return number(firstElement(tensor));
    }

    /** The buffer and the index of a tensor's first element, {@code extra} elements further. */
    public Arguments tensor(Tensor tensor, long extra) {
        OpenClMemory.Buffer buffer = (OpenClMemory.Buffer) tensor.storage().handle();
        add(8, buffer.handle, NONE);
        return number(firstElement(tensor) + extra);
    }

    /** A workspace's buffer and the index of one of its elements in that. */
    public Arguments workspace(Workspace workspace, long first) {
        OpenClMemory.Buffer buffer = (OpenClMemory.Buffer) workspace.memory().storage().handle();
        add(8, buffer.handle, NONE);
        return number(workspace.memory().storage().offset() / workspace.itemSize() + first);
    }

    /** A {@code long}. */
    public Arguments number(long value) {
        add(8, value, NONE);
        return this;
    }

    /** An {@code int} or {@code uint}. */
    public Arguments integer(int value) {
        add(4, value, NONE);
        return this;
    }

    /** An integer of 1, 2 or 4 bytes. */
    public Arguments small(int size, int value) {
        add(size, value, NONE);
        return this;
    }

    /** A {@code float}. */
    public Arguments real(float value) {
        add(4, Float.floatToRawIntBits(value), NONE);
        return this;
    }

    /** A {@code double}. */
    public Arguments real(double value) {
        add(8, Double.doubleToRawLongBits(value), NONE);
        return this;
    }

    /** A structure of {@code long}s, by value; the array is not copied. */
    public Arguments structure(long... members) {
        add(0, 0, members);
        return this;
    }

    /** All of another's. */
    public Arguments all(Arguments other) {
        for (int i = 0; i < other.count; i++) {
            add(other.sizes[i], other.values[i], other.structures[i]);
        }
        return this;
    }

    /** At the end: the kernel reports errors, see {@link ErrorReports}. */
    public Arguments fallible() {
        fallible = true;
        return this;
    }

    boolean isFallible() {
        return fallible;
    }

    int count() {
        return count;
    }

    /** Writes an argument to memory for {@code clSetKernelArg}; returns its size. */
    long write(int index, MemorySegment memory) {
        if (sizes[index] == 0) {
            long[] members = structures[index];
            MemorySegment.copy(members, 0, memory, LONG, 0, members.length);
            return 8L * members.length;
        }
        memory.set(LONG, 0, values[index]);
        return sizes[index];
    }

    /** The index of a tensor's first element in its buffer. */
    static long firstElement(Tensor tensor) {
        return tensor.storage().offset() / tensor.dtype().itemSize() + tensor.storageOffset();
    }
}
