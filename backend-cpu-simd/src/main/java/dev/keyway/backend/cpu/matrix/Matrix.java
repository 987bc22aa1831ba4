// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

/**
 * Where a batch of matrices lies. Strides are in elements, may be 0, and are not negative. Products
 * that are used again for the next call change their own.
 */
public final class Matrix {
    /** Stands for a matrix of zeros that is not read; nobody changes it. */
    public static final Matrix ZERO = new Matrix(0, 0, 0, 0);

    private long address;
    private long batchStride;
    private long rowStride;
    private long columnStride;

    /**
     * Describes it.
     *
     * @param address of the first element
     * @param batchStride from one matrix to the next
     * @param rowStride from one row to the next
     * @param columnStride from one column to the next
     */
    public Matrix(long address, long batchStride, long rowStride, long columnStride) {
        this.address = address;
        this.batchStride = batchStride;
        this.rowStride = rowStride;
        this.columnStride = columnStride;
    }

    /** A single matrix. */
    public static Matrix of(long address, long rowStride, long columnStride) {
        return new Matrix(address, 0, rowStride, columnStride);
    }

    /** Describes another one. */
    Matrix set(long newAddress, long newBatchStride, long newRowStride, long newColumnStride) {
        address = newAddress;
        batchStride = newBatchStride;
        rowStride = newRowStride;
        columnStride = newColumnStride;
        return this;
    }

    /** Describes the other with rows and columns exchanged. */
    Matrix setTransposed(Matrix other) {
        return set(other.address, other.batchStride, other.columnStride, other.rowStride);
    }

    /** Address of the first element. */
    public long address() {
        return address;
    }

    /** Address of an element, each of so many bytes. */
    long address(long matrix, long row, long column, int bytes) {
        return address + bytes * (matrix * batchStride + row * rowStride + column * columnStride);
    }

    /** From one matrix to the next. */
    public long batchStride() {
        return batchStride;
    }

    /** From one row to the next. */
    public long rowStride() {
        return rowStride;
    }

    /** From one column to the next. */
    public long columnStride() {
        return columnStride;
    }
}
