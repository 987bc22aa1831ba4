// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.search;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Memory;

/**
 * Binary search in dense ascending sequences: the number of elements below a value, or of those not
 * above it. A NaN looked for comes behind all.
 */
enum SortedSequence {
    /** Of f32. */
    FLOAT {
        @Override
        int place(long sequence, int n, long value, boolean right) {
            float x = Memory.getFloat(value);
            int low = 0;
            int high = n;
            while (low < high) {
                int middle = (low + high) >>> 1;
                float element = Memory.getFloat(sequence + (long) Float.BYTES * middle);
                if (right ? element > x : element >= x) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    },
    /** Of f64. */
    DOUBLE {
        @Override
        int place(long sequence, int n, long value, boolean right) {
            double x = Memory.getDouble(value);
            int low = 0;
            int high = n;
            while (low < high) {
                int middle = (low + high) >>> 1;
                double element = Memory.getDouble(sequence + (long) Double.BYTES * middle);
                if (right ? element > x : element >= x) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    },
    /** Of i32. */
    INT {
        @Override
        int place(long sequence, int n, long value, boolean right) {
            int x = Memory.getInt(value);
            int low = 0;
            int high = n;
            while (low < high) {
                int middle = (low + high) >>> 1;
                int element = Memory.getInt(sequence + (long) Integer.BYTES * middle);
                if (right ? element > x : element >= x) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    },
    /** Of i64. */
    LONG {
        @Override
        int place(long sequence, int n, long value, boolean right) {
            long x = Memory.getLong(value);
            int low = 0;
            int high = n;
            while (low < high) {
                int middle = (low + high) >>> 1;
                long element = Memory.getLong(sequence + (long) Long.BYTES * middle);
                if (right ? element > x : element >= x) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    };

    /** The place of the value at an address. */
    abstract int place(long sequence, int n, long value, boolean right);

    /** For a dtype: f32, f64, i32 or i64. */
    static SortedSequence of(DType dtype) {
        return switch (dtype) {
            case F32 -> FLOAT;
            case F64 -> DOUBLE;
            case I32 -> INT;
            case I64 -> LONG;
            default -> throw new IllegalArgumentException("no search in " + dtype);
        };
    }
}
