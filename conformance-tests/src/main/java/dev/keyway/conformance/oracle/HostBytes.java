// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays as the bytes of a dense tensor in the machine's byte order. */
public final class HostBytes {
    private HostBytes() {}

    /** The elements, row-major, one after the other. */
    public static byte[] encode(HostArray array) {
        ElementType type = array.type();
        byte[] bytes = new byte[array.numel() * type.bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        for (int i = 0; i < array.numel(); i++) {
            switch (type) {
                case BOOL, U8, I8 -> buffer.put((byte) array.integer(i));
                case I16 -> buffer.putShort((short) array.integer(i));
                case I32 -> buffer.putInt((int) array.integer(i));
                case I64 -> buffer.putLong(array.integer(i));
                case F16 -> buffer.putShort(Float.floatToFloat16((float) array.real(i)));
                case BF16 ->
                        buffer.putShort(
                                (short) (Float.floatToRawIntBits((float) array.real(i)) >>> 16));
                case F32 -> buffer.putFloat((float) array.real(i));
                case F64 -> buffer.putDouble(array.real(i));
            }
        }
        return bytes;
    }

    /**
     * As {@link #encode}, with one NaN for all: Java leaves open which sign and payload a computed
     * NaN has, and so they change when the JVM compiles a kernel.
     */
    public static byte[] bits(HostArray array) {
        ElementType type = array.type();
        return encode(
                type.isFloating()
                        ? HostArray.ofReals(
                                type,
                                array.shape(),
                                i -> Double.isNaN(array.real(i)) ? Double.NaN : array.real(i))
                        : array);
    }

    /** The array with these elements. A bool byte must be 0 or 1. */
    public static HostArray decode(ElementType type, long[] shape, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int n = Shapes.numel(shape);
        return type.isFloating()
                ? HostArray.of(type, shape, reals(type, n, buffer))
                : HostArray.of(type, shape, integers(type, n, buffer));
    }

    /** Every check reads its results so: loops without a call for each element. */
    private static double[] reals(ElementType type, int n, ByteBuffer buffer) {
        double[] reals = new double[n];
        switch (type) {
            case F16 -> {
                for (int i = 0; i < n; i++) {
                    reals[i] = Float.float16ToFloat(buffer.getShort(2 * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < n; i++) {
                    reals[i] = Float.intBitsToFloat(buffer.getShort(2 * i) << 16);
                }
            }
            case F32 -> {
                for (int i = 0; i < n; i++) {
                    reals[i] = buffer.getFloat(4 * i);
                }
            }
            default -> buffer.asDoubleBuffer().get(reals);
        }
        return reals;
    }

    private static long[] integers(ElementType type, int n, ByteBuffer buffer) {
        long[] integers = new long[n];
        switch (type) {
            case BOOL -> {
                for (int i = 0; i < n; i++) {
                    integers[i] = truth(buffer.get(i));
                }
            }
            case U8, I8 -> {
                for (int i = 0; i < n; i++) {
                    integers[i] = type.wrap(buffer.get(i));
                }
            }
            case I16 -> {
                for (int i = 0; i < n; i++) {
                    integers[i] = buffer.getShort(2 * i);
                }
            }
            case I32 -> {
                for (int i = 0; i < n; i++) {
                    integers[i] = buffer.getInt(4 * i);
                }
            }
            default -> buffer.asLongBuffer().get(integers);
        }
        return integers;
    }

    private static long truth(byte value) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("a bool is stored as " + value + ", not 0 or 1");
        }
        return value;
    }
}
