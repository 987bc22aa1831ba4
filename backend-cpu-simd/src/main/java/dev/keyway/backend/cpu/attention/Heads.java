// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

/**
 * Where queries, keys or values {@code [batch, heads, rows, columns]} lie; strides in elements.
 *
 * @param address of the first element
 * @param heads of a batch
 * @param batchStride from one batch to the next
 * @param headStride from one head to the next
 * @param rowStride from one row to the next
 * @param columnStride from one feature to the next
 */
public record Heads(
        long address,
        int heads,
        long batchStride,
        long headStride,
        long rowStride,
        long columnStride) {
    /** Of nothing. */
    static final Heads NONE = new Heads(0, 0, 0, 0, 0, 0);

    /** Address of an element. */
    long at(int size, long head, long row, long column) {
        long first = head / heads * batchStride + head % heads * headStride;
        return address + size * (first + row * rowStride + column * columnStride);
    }
}
