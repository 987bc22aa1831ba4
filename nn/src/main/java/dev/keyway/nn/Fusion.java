// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

/** Layers that compute in evaluation mode what two others do one after the other. */
public final class Fusion {
    private Fusion() {}

    /**
     * A convolution followed by a batch normalization with its running statistics, as one
     * convolution with a bias: {@code w' = w * s}, {@code b' = (b - mean) * s + bias} with {@code s
     * = weight / sqrt(var + eps)}. Rounding differs from that of the two; later changes of theirs
     * are not seen.
     *
     * @return a layer of its own, with parameters that require no gradients
     */
    public static Conv2d convolutionAndNorm(Conv2d convolution, BatchNorm2d norm) {
        return convolution.followedBy(norm);
    }
}
