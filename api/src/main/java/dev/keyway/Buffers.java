// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * Tensors from and to {@code java.nio} buffers, on the heap or direct. A {@link ByteBuffer} holds
 * any dtype; a {@link ShortBuffer} holds i16, or the bits of f16 and bf16; the others the dtype of
 * their name. All must have the machine's byte order. Elements are copied between the buffer's
 * position and its limit, in row-major order; the position stays. Safe for any thread, as far as
 * the buffer is.
 */
public final class Buffers {
    private Buffers() {}

    /**
     * A tensor with the buffer's elements.
     *
     * @param sizes their product is the number of elements
     * @throws ArgumentException when it is not, or when such a buffer can't hold the dtype
     */
    public static Tensor tensor(
            Keyway keyway, Device device, DType dtype, Buffer data, long... sizes) {
        check(data, dtype);
        return keyway.tensor(device, dtype, MemorySegment.ofBuffer(data), sizes);
    }

    /**
     * Copies the tensor's elements into the buffer, which must have room for exactly them. Waits
     * for the device.
     *
     * @throws ArgumentException when it has not, or when such a buffer can't hold the dtype
     */
    public static void copy(Tensor tensor, Buffer target) {
        check(target, tensor.dtype());
        if (target.isReadOnly()) {
            throw new ArgumentException("copy: the buffer is read-only");
        }
        tensor.copyTo(MemorySegment.ofBuffer(target));
    }

    private static void check(Buffer buffer, DType dtype) {
        boolean holds =
                switch (buffer) {
                    case ByteBuffer _ -> true;
                    case ShortBuffer _ ->
                            dtype == DType.I16 || dtype == DType.F16 || dtype == DType.BF16;
                    case IntBuffer _ -> dtype == DType.I32;
                    case LongBuffer _ -> dtype == DType.I64;
                    case FloatBuffer _ -> dtype == DType.F32;
                    case DoubleBuffer _ -> dtype == DType.F64;
                    case CharBuffer _ -> false;
                };
        if (!holds) {
            throw new ArgumentException(
                    "a "
                            + kind(buffer)
                            + " does not hold "
                            + dtype
                            + "; take a ByteBuffer, or the buffer of that dtype's name");
        }
        if (order(buffer) != ByteOrder.nativeOrder() && dtype.itemSize() > 1) {
            throw new ArgumentException(
                    "the "
                            + kind(buffer)
                            + "'s byte order is "
                            + order(buffer)
                            + ", the machine's "
                            + ByteOrder.nativeOrder()
                            + "; set it with order(ByteOrder.nativeOrder())");
        }
    }

    private static String kind(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer _ -> "ByteBuffer";
            case ShortBuffer _ -> "ShortBuffer";
            case IntBuffer _ -> "IntBuffer";
            case LongBuffer _ -> "LongBuffer";
            case FloatBuffer _ -> "FloatBuffer";
            case DoubleBuffer _ -> "DoubleBuffer";
            case CharBuffer _ -> "CharBuffer";
        };
    }

    private static ByteOrder order(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer b -> b.order();
            case ShortBuffer b -> b.order();
            case IntBuffer b -> b.order();
            case LongBuffer b -> b.order();
            case FloatBuffer b -> b.order();
            case DoubleBuffer b -> b.order();
            case CharBuffer b -> b.order();
        };
    }
}
