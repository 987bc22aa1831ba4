// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

/**
 * How layers of a transformer are built; {@link #of} has PyTorch's defaults.
 *
 * @param features of a step
 * @param heads of the attention; divide the features
 * @param inner features between the two linear maps
 * @param dropout probability of zero, when training
 * @param activation between the two linear maps
 * @param layerNormEps what normalizations add to the variance
 * @param normFirst whether normalization comes before attention and maps, not after
 */
public record TransformerOptions(
        long features,
        long heads,
        long inner,
        double dropout,
        Activation activation,
        double layerNormEps,
        boolean normFirst) {
    /** A function of each element. */
    public enum Activation {
        /** {@code max(x, 0)}. */
        RELU,
        /** {@code x} times the standard normal distribution function of {@code x}. */
        GELU
    }

    /** Dropout 0.1, relu, normalization after, eps 1e-5. */
    public static TransformerOptions of(long features, long heads, long inner) {
        return new TransformerOptions(features, heads, inner, 0.1, Activation.RELU, 1e-5, false);
    }

    /** With another dropout. */
    public TransformerOptions withDropout(double newDropout) {
        return new TransformerOptions(
                features, heads, inner, newDropout, activation, layerNormEps, normFirst);
    }

    /** With another activation. */
    public TransformerOptions withActivation(Activation newActivation) {
        return new TransformerOptions(
                features, heads, inner, dropout, newActivation, layerNormEps, normFirst);
    }

    /** With another eps. */
    public TransformerOptions withLayerNormEps(double newEps) {
        return new TransformerOptions(
                features, heads, inner, dropout, activation, newEps, normFirst);
    }

    /** With normalization before, or after. */
    public TransformerOptions withNormFirst(boolean newNormFirst) {
        return new TransformerOptions(
                features, heads, inner, dropout, activation, layerNormEps, newNormFirst);
    }
}
