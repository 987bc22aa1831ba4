// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

/**
 * Where queries, keys or values {@code [batch, heads, rows, columns]} lie; strides in elements.
 * Calls that take and give back one change it.
 */
public final class Heads {
    /** Of nothing; nobody changes it. */
    static final Heads NONE = new Heads();

    private long address;
    private int heads;
    private long batchStride;
    private long headStride;
    private long rowStride;
    private long columnStride;

    /** Describes nothing yet. */
    Heads() {}

    /**
     * Describes it.
     *
     * @param address of the first element
     * @param heads of a batch
     * @param batchStride from one batch to the next
     * @param headStride from one head to the next
     * @param rowStride from one row to the next
     * @param columnStride from one feature to the next
     */
    public Heads(
            long address,
            int heads,
            long batchStride,
            long headStride,
            long rowStride,
            long columnStride) {
        set(address, heads, batchStride, headStride, rowStride, columnStride);
    }

    /** Describes another. */
    Heads set(
            long newAddress,
            int newHeads,
            long newBatchStride,
            long newHeadStride,
            long newRowStride,
            long newColumnStride) {
        address = newAddress;
        heads = newHeads;
        batchStride = newBatchStride;
        headStride = newHeadStride;
        rowStride = newRowStride;
        columnStride = newColumnStride;
        return this;
    }

    long address() {
        return address;
    }

    int heads() {
        return heads;
    }

    long batchStride() {
        return batchStride;
    }

    long headStride() {
        return headStride;
    }

    long rowStride() {
        return rowStride;
    }

    long columnStride() {
        return columnStride;
    }

    /** Address of an element. */
    long at(int size, long head, long row, long column) {
        long first = head / heads * batchStride + head % heads * headStride;
        return address + size * (first + row * rowStride + column * columnStride);
    }
}
