// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

/**
 * How recurrent layers are built; PyTorch's defaults are {@link #DEFAULT}.
 *
 * @param layers one above the other
 * @param bias whether cells have biases
 * @param batchFirst whether the batch comes before the steps
 * @param dropout probability of zero between layers, when training
 * @param bidirectional whether each layer also runs backwards
 */
public record RecurrentOptions(
        int layers, boolean bias, boolean batchFirst, double dropout, boolean bidirectional) {
    /** One layer forward, with biases, the steps first. */
    public static final RecurrentOptions DEFAULT = new RecurrentOptions(1, true, false, 0, false);

    /** Checks the numbers. */
    public RecurrentOptions {
        if (layers < 1 || !(dropout >= 0 && dropout <= 1)) {
            throw new IllegalArgumentException(
                    "expected at least one layer and dropout from 0 to 1, got "
                            + layers
                            + " and "
                            + dropout);
        }
    }

    int directions() {
        return bidirectional ? 2 : 1;
    }
}
