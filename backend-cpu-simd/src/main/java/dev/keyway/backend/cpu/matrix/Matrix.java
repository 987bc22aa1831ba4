// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

/**
 * Where a batch of matrices lies. Strides are in elements, may be 0, and are not negative.
 *
 * @param address of the first element
 * @param batchStride from one matrix to the next
 * @param rowStride from one row to the next
 * @param columnStride from one column to the next
 */
public record Matrix(long address, long batchStride, long rowStride, long columnStride) {
    /** Stands for a matrix of zeros that is not read. */
    public static final Matrix ZERO = new Matrix(0, 0, 0, 0);

    /** A single matrix. */
    public static Matrix of(long address, long rowStride, long columnStride) {
        return new Matrix(address, 0, rowStride, columnStride);
    }

    /** The same with rows and columns exchanged. */
    public Matrix transposed() {
        return new Matrix(address, batchStride, columnStride, rowStride);
    }
}
