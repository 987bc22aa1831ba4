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

    /** The array with these elements. A bool byte must be 0 or 1. */
    public static HostArray decode(ElementType type, long[] shape, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return switch (type) {
            case BOOL -> HostArray.ofIntegers(type, shape, i -> truth(buffer.get(i)));
            case U8, I8 -> HostArray.ofIntegers(type, shape, buffer::get);
            case I16 -> HostArray.ofIntegers(type, shape, i -> buffer.getShort(2 * i));
            case I32 -> HostArray.ofIntegers(type, shape, i -> buffer.getInt(4 * i));
            case I64 -> HostArray.ofIntegers(type, shape, i -> buffer.getLong(8 * i));
            case F16 ->
                    HostArray.ofReals(
                            type, shape, i -> Float.float16ToFloat(buffer.getShort(2 * i)));
            case BF16 ->
                    HostArray.ofReals(
                            type, shape, i -> Float.intBitsToFloat(buffer.getShort(2 * i) << 16));
            case F32 -> HostArray.ofReals(type, shape, i -> buffer.getFloat(4 * i));
            case F64 -> HostArray.ofReals(type, shape, i -> buffer.getDouble(8 * i));
        };
    }

    private static long truth(byte value) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("a bool is stored as " + value + ", not 0 or 1");
        }
        return value;
    }
}
