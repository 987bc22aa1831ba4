// SPDX-License-Identifier: Apache-2.0
package dev.keyway.operator;

/**
 * Which tensors of the forward call a gradient formula needs, as bit masks. What is not named is
 * not kept alive.
 *
 * @param inputs bit i: input i
 * @param outputs bit i: result i
 */
public record Saved(int inputs, int outputs) {
    /** Only shapes and dtypes, which are always known. */
    public static final Saved NOTHING = new Saved(0, 0);

    /**
     * These inputs.
     *
     * @param indices their numbers, from 0
     * @return what to keep
     */
    public static Saved inputs(int... indices) {
        return new Saved(mask(indices), 0);
    }

    /**
     * These results.
     *
     * @param indices their numbers, from 0
     * @return what to keep
     */
    public static Saved outputs(int... indices) {
        return new Saved(0, mask(indices));
    }

    /**
     * These results as well.
     *
     * @param indices their numbers, from 0
     * @return what to keep
     */
    public Saved andOutputs(int... indices) {
        return new Saved(inputs, outputs | mask(indices));
    }

    private static int mask(int... indices) {
        int mask = 0;
        for (int index : indices) {
            mask |= 1 << index;
        }
        return mask;
    }
}
