// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/** The positions of the input that each element of a reduction's result takes in. */
final class Groups {
    private final long[] shape;
    private final int[][] members;

    /** Groups the elements of {@code input} along the chosen dimensions. */
    Groups(long[] input, boolean[] chosen, boolean keepDim) {
        shape = Shapes.reduce(input, chosen, keepDim);
        long[] kept = Shapes.reduce(input, chosen, true);
        members = new int[Shapes.numel(kept)][0];
        int length = 1;
        for (int d = 0; d < input.length; d++) {
            length *= chosen[d] ? (int) input[d] : 1;
        }
        int[] filled = new int[members.length];
        for (int i = 0; i < Shapes.numel(input); i++) {
            int group = Shapes.broadcastLinear(Shapes.coordinates(i, input), kept);
            if (filled[group] == 0) {
                members[group] = new int[length];
            }
            members[group][filled[group]++] = i;
        }
    }

    /** Along one dimension, which disappears. */
    static Groups along(long[] input, int dim, boolean keepDim) {
        boolean[] chosen = new boolean[input.length];
        if (input.length > 0) {
            chosen[dim] = true;
        }
        return new Groups(input, chosen, keepDim);
    }

    /** The result's shape. */
    long[] shape() {
        return shape.clone();
    }

    /** The number of results. */
    int count() {
        return members.length;
    }

    /** The input positions of result {@code i}, in row-major order. */
    int[] members(int i) {
        return members[i];
    }
}
