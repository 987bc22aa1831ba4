// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import org.jspecify.annotations.Nullable;

/** A step of a chain over one block of elements: a row of a kernel, between places in memory. */
@FunctionalInterface
interface BlockStep {
    /**
     * Computes the value's elements of a block.
     *
     * @param at where each value's elements of the block are
     * @param step 1 for each value with elements in a row, 0 for one that stands still
     * @param count the number of elements
     */
    void run(long[] at, long[] step, long count);

    /** A row of one operand, which has to be dense. */
    record Unary(UnaryRow row, int to, int self) implements BlockStep {
        @Override
        public void run(long[] at, long[] step, long count) {
            row.run(at[to], at[self], count);
        }
    }

    /** A row of two operands, with faster ones for dense operands and for a number. */
    record Binary(
            BinaryRow row,
            @Nullable DenseRow dense,
            @Nullable DenseRow withNumber,
            int to,
            int self,
            int other)
            implements BlockStep {
        @Override
        public void run(long[] at, long[] step, long count) {
            DenseRow known = step[self] == 0 ? null : step[other] == 0 ? withNumber : dense;
            if (known != null) {
                known.run(at[to], at[self], at[other], count);
            } else {
                row.run(at[to], at[self], step[self], at[other], step[other], count);
            }
        }
    }

    /** A row of two dense operands. */
    record Dense(DenseRow row, int to, int self, int other) implements BlockStep {
        @Override
        public void run(long[] at, long[] step, long count) {
            row.run(at[to], at[self], at[other], count);
        }
    }

    /** A choice between elements of 4 bytes; the condition has to be dense. */
    record IntWhere(int to, int condition, int self, int other) implements BlockStep {
        @Override
        public void run(long[] at, long[] step, long count) {
            long mask = at[condition];
            IntSelection.where(at[to], mask, at[self], step[self], at[other], step[other], count);
        }
    }

    /** A choice between elements of 8 bytes; the condition has to be dense. */
    record LongWhere(int to, int condition, int self, int other) implements BlockStep {
        @Override
        public void run(long[] at, long[] step, long count) {
            long mask = at[condition];
            LongSelection.where(at[to], mask, at[self], step[self], at[other], step[other], count);
        }
    }
}
