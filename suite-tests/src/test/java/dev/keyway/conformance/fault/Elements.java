// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The bytes of a host tensor's elements, through its strides. */
final class Elements {
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final Tensor tensor;
    private final int itemSize;
    private final boolean dense;
    private final long start;

    Elements(Tensor tensor) {
        this.tensor = tensor;
        this.itemSize = tensor.dtype().itemSize();
        this.dense = tensor.isContiguous();
        this.start = tensor.address();
    }

    int itemSize() {
        return itemSize;
    }

    private long address(long linear) {
        if (dense) {
            return start + linear * itemSize;
        }
        long position = 0;
        long rest = linear;
        for (int d = tensor.dim() - 1; d >= 0; d--) {
            position += rest % tensor.size(d) * tensor.stride(d);
            rest /= tensor.size(d);
        }
        return start + position * itemSize;
    }

    private dev.keyway.spi.toolkit.Elements at(long element) {
        return dev.keyway.spi.toolkit.Elements.of(
                MEMORY.asSlice(address(element), itemSize), tensor.dtype());
    }

    double getDouble(long element) {
        return at(element).getDouble(0);
    }

    void setDouble(long element, double value) {
        at(element).setDouble(0, value);
    }

    long getLong(long element) {
        return at(element).getLong(0);
    }

    void setLong(long element, long value) {
        at(element).setLong(0, value);
    }

    /** All elements as doubles. */
    double[] doubles() {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        Arrays.setAll(values, this::getDouble);
        return values;
    }

    /** All elements as longs. */
    long[] longs() {
        long[] values = new long[Math.toIntExact(tensor.numel())];
        Arrays.setAll(values, this::getLong);
        return values;
    }

    byte get(long element, int offset) {
        return MEMORY.get(ValueLayout.JAVA_BYTE, address(element) + offset);
    }

    void set(long element, int offset, byte value) {
        MEMORY.set(ValueLayout.JAVA_BYTE, address(element) + offset, value);
    }

    /** What a kernel reads that takes the tensor for dense, as far as its storage reaches. */
    MemorySegment asIfDense() {
        long start = tensor.address() - tensor.storage().address();
        long wanted = tensor.numel() * itemSize;
        long there = Math.max(0, Math.min(wanted, tensor.storage().nbytes() - start));
        byte[] bytes = new byte[Math.toIntExact(wanted)];
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_BYTE, tensor.address(), bytes, 0, (int) there);
        MemorySegment copy = java.lang.foreign.Arena.ofAuto().allocate(Math.max(1, wanted));
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy.asSlice(0, wanted);
    }
}
