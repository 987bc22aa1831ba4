// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elements of a dtype in a segment, read and written as double or long with the conversions of a
 * cast: to integers floating values truncate and saturate and NaN is 0; between integers bits are
 * cut off; to bool everything but 0 is true; to narrower floating dtypes values round once, half to
 * even.
 */
public abstract sealed class Elements {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    /** Where the elements are. */
    final MemorySegment memory;

    private Elements(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * The elements of a segment.
     *
     * @param memory the elements
     * @param dtype their dtype
     * @return access to them
     */
    public static Elements of(MemorySegment memory, DType dtype) {
        return switch (dtype) {
            case BOOL -> new Bools(memory);
            case U8, I8 -> new Bytes(memory, dtype == DType.U8);
            case I16 -> new Shorts(memory);
            case I32 -> new Ints(memory);
            case I64 -> new Longs(memory);
            case F16, BF16 -> new Halves(memory, dtype == DType.BF16);
            case F32 -> new Floats(memory);
            case F64 -> new Doubles(memory);
        };
    }

    /**
     * {@return the element as a double}
     *
     * @param index which one
     */
    public abstract double getDouble(long index);

    /**
     * {@return the element as a long}
     *
     * @param index which one
     */
    public abstract long getLong(long index);

    /**
     * Writes a double.
     *
     * @param index which one
     * @param value converted to the dtype
     */
    public abstract void setDouble(long index, double value);

    /**
     * Writes a long.
     *
     * @param index which one
     * @param value converted to the dtype
     */
    public abstract void setLong(long index, long value);

    private static int saturate(double value, int low, int high) {
        return (int) Math.max(low, Math.min(high, (long) value));
    }

    private static final class Bools extends Elements {
        Bools(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return getLong(index);
        }

        @Override
        public long getLong(long index) {
            return memory.get(ValueLayout.JAVA_BYTE, index) != 0 ? 1 : 0;
        }

        @Override
        public void setDouble(long index, double value) {
            setLong(index, value != 0 ? 1 : 0);
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
        }
    }

    private static final class Bytes extends Elements {
        private final boolean unsigned;

        Bytes(MemorySegment memory, boolean unsigned) {
            super(memory);
            this.unsigned = unsigned;
        }

        @Override
        public double getDouble(long index) {
            return getLong(index);
        }

        @Override
        public long getLong(long index) {
            byte value = memory.get(ValueLayout.JAVA_BYTE, index);
            return unsigned ? value & 0xFF : value;
        }

        @Override
        public void setDouble(long index, double value) {
            int low = unsigned ? 0 : Byte.MIN_VALUE;
            int high = unsigned ? 0xFF : Byte.MAX_VALUE;
            setLong(index, saturate(value, low, high));
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
        }
    }

    private static final class Shorts extends Elements {
        Shorts(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return getLong(index);
        }

        @Override
        public long getLong(long index) {
            return memory.get(SHORT, 2 * index);
        }

        @Override
        public void setDouble(long index, double value) {
            setLong(index, saturate(value, Short.MIN_VALUE, Short.MAX_VALUE));
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(SHORT, 2 * index, (short) value);
        }
    }

    private static final class Ints extends Elements {
        Ints(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return memory.get(INT, 4 * index);
        }

        @Override
        public long getLong(long index) {
            return memory.get(INT, 4 * index);
        }

        @Override
        public void setDouble(long index, double value) {
            memory.set(INT, 4 * index, (int) value);
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(INT, 4 * index, (int) value);
        }
    }

    private static final class Longs extends Elements {
        Longs(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return memory.get(LONG, 8 * index);
        }

        @Override
        public long getLong(long index) {
            return memory.get(LONG, 8 * index);
        }

        @Override
        public void setDouble(long index, double value) {
            memory.set(LONG, 8 * index, (long) value);
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(LONG, 8 * index, value);
        }
    }

    private static final class Halves extends Elements {
        private final boolean brain;

        Halves(MemorySegment memory, boolean brain) {
            super(memory);
            this.brain = brain;
        }

        @Override
        public double getDouble(long index) {
            short bits = memory.get(SHORT, 2 * index);
            return brain ? Half.bfloat16ToFloat(bits) : Float.float16ToFloat(bits);
        }

        @Override
        public long getLong(long index) {
            return (long) getDouble(index);
        }

        @Override
        public void setDouble(long index, double value) {
            short bits = brain ? Half.doubleToBfloat16(value) : Half.doubleToFloat16(value);
            memory.set(SHORT, 2 * index, bits);
        }

        @Override
        public void setLong(long index, long value) {
            setDouble(index, (double) value);
        }
    }

    private static final class Floats extends Elements {
        Floats(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return memory.get(FLOAT, 4 * index);
        }

        @Override
        public long getLong(long index) {
            return (long) memory.get(FLOAT, 4 * index);
        }

        @Override
        public void setDouble(long index, double value) {
            memory.set(FLOAT, 4 * index, (float) value);
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(FLOAT, 4 * index, (float) value);
        }
    }

    private static final class Doubles extends Elements {
        Doubles(MemorySegment memory) {
            super(memory);
        }

        @Override
        public double getDouble(long index) {
            return memory.get(DOUBLE, 8 * index);
        }

        @Override
        public long getLong(long index) {
            return (long) memory.get(DOUBLE, 8 * index);
        }

        @Override
        public void setDouble(long index, double value) {
            memory.set(DOUBLE, 8 * index, value);
        }

        @Override
        public void setLong(long index, long value) {
            memory.set(DOUBLE, 8 * index, (double) value);
        }
    }
}
