// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.Tensor;

/**
 * The common iteration space of tensors of one shape: dimensions of size 1 dropped, neighbours
 * merged where all operands allow it. The innermost dimension is a row; rows are numbered from 0 in
 * row-major order. All strides and offsets are in elements and do not include a tensor's storage
 * offset. Immutable.
 */
public final class StridedLoop {
    private final long[] sizes;
    private final long[][] strides;
    private final long rows;

    private StridedLoop(long[] sizes, long[][] strides) {
        this.sizes = sizes;
        this.strides = strides;
        long count = 1;
        for (int d = 0; d < sizes.length - 1; d++) {
            count *= sizes[d];
        }
        this.rows = sizes[sizes.length - 1] == 0 ? 0 : count;
    }

    /**
     * {@return the loop over tensors that all have the first one's sizes}
     *
     * @param operands the tensors, at least one
     */
    public static StridedLoop of(Tensor... operands) {
        int dims = operands[0].dim();
        long[] sizes = new long[Math.max(dims, 1)];
        long[][] strides = new long[operands.length][Math.max(dims, 1)];
        int kept = 0;
        for (int d = 0; d < dims; d++) {
            long size = operands[0].size(d);
            if (size == 1) {
                continue;
            }
            if (kept > 0 && merges(operands, strides, kept - 1, d, size)) {
                sizes[kept - 1] *= size;
                kept--;
            } else {
                sizes[kept] = size;
            }
            for (int k = 0; k < operands.length; k++) {
                strides[k][kept] = operands[k].stride(d);
            }
            kept++;
        }
        if (kept == 0) {
            sizes[0] = 1;
            kept = 1;
        }
        long[][] trimmed = new long[operands.length][];
        for (int k = 0; k < operands.length; k++) {
            trimmed[k] = java.util.Arrays.copyOf(strides[k], kept);
        }
        return new StridedLoop(java.util.Arrays.copyOf(sizes, kept), trimmed);
    }

    private static boolean merges(Tensor[] operands, long[][] strides, int last, int d, long size) {
        for (int k = 0; k < operands.length; k++) {
            if (strides[k][last] != operands[k].stride(d) * size) {
                return false;
            }
        }
        return true;
    }

    /** {@return number of operands} */
    public int operands() {
        return strides.length;
    }

    /** {@return number of rows; 0 when there is no element} */
    public long rows() {
        return rows;
    }

    /** {@return number of dimensions that are left, at least 1; the last one is the row} */
    public int dims() {
        return sizes.length;
    }

    /**
     * {@return size of a dimension}
     *
     * @param dim from 0
     */
    public long size(int dim) {
        return sizes[dim];
    }

    /**
     * {@return the distance of neighbours along a dimension of the operand}
     *
     * @param operand which tensor, from 0
     * @param dim from 0
     */
    public long stride(int operand, int dim) {
        return strides[operand][dim];
    }

    /** {@return number of elements in a row} */
    public long rowSize() {
        return sizes[sizes.length - 1];
    }

    /**
     * {@return the distance of neighbours in a row of the operand}
     *
     * @param operand which tensor, from 0
     */
    public long rowStride(int operand) {
        return strides[operand][sizes.length - 1];
    }

    /** {@return whether all elements form one row with stride 1 for every operand} */
    public boolean isContiguous() {
        if (sizes.length != 1) {
            return false;
        }
        for (long[] stride : strides) {
            if (stride[0] != 1 && sizes[0] > 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * Visits every element in row-major order; the array holds each operand's offset and is used
     * again.
     *
     * @param action gets the offsets, in elements
     */
    public void forEach(ElementAction action) {
        long[] at = new long[strides.length];
        Cursor cursor = cursor(0);
        for (long row = 0; row < rows; row++) {
            for (int k = 0; k < at.length; k++) {
                at[k] = cursor.offset(k);
            }
            for (long i = 0; i < rowSize(); i++) {
                action.at(at);
                for (int k = 0; k < at.length; k++) {
                    at[k] += rowStride(k);
                }
            }
            cursor.advance();
        }
    }

    /** What {@link #forEach} does with an element. */
    @FunctionalInterface
    public interface ElementAction {
        /**
         * The offsets of the operands' elements.
         *
         * @param offsets one for each operand, in elements
         */
        void at(long[] offsets);
    }

    /**
     * {@return a cursor at the start of a row}
     *
     * @param row the number of the row
     */
    public Cursor cursor(long row) {
        return new Cursor(row);
    }

    /** Walks over rows; one thread uses it. */
    public final class Cursor {
        private final long[] index = new long[sizes.length - 1];
        private final long[] offsets = new long[strides.length];

        private Cursor(long row) {
            long rest = row;
            for (int d = sizes.length - 2; d >= 0; d--) {
                index[d] = rest % sizes[d];
                rest /= sizes[d];
                for (int k = 0; k < offsets.length; k++) {
                    offsets[k] += index[d] * strides[k][d];
                }
            }
        }

        /**
         * {@return offset of the row's first element in the operand}
         *
         * @param operand which tensor, from 0
         */
        public long offset(int operand) {
            return offsets[operand];
        }

        /** To the next row. */
        public void advance() {
            for (int d = sizes.length - 2; d >= 0; d--) {
                boolean carry = ++index[d] == sizes[d];
                long steps = carry ? 1 - sizes[d] : 1;
                for (int k = 0; k < offsets.length; k++) {
                    offsets[k] += steps * strides[k][d];
                }
                if (!carry) {
                    return;
                }
                index[d] = 0;
            }
        }
    }
}
