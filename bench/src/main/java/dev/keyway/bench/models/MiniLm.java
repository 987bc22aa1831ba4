// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.models;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.Embedding;
import dev.keyway.nn.LayerNorm;
import dev.keyway.nn.NnModule;
import dev.keyway.nn.TransformerEncoder;
import dev.keyway.nn.TransformerOptions;
import dev.keyway.nn.TransformerOptions.Activation;

/**
 * The encoder of BERT (Devlin and others, 2019) in the size of MiniLM-L6: words, positions and
 * types embedded, six layers of 384 features and 12 heads.
 */
public final class MiniLm extends NnModule {
    /** Layers. */
    public static final int LAYERS = 6;

    /** Features of a word. */
    public static final int FEATURES = 384;

    /** Words that it knows. */
    public static final int WORDS = 30522;

    /** The longest text. */
    public static final int POSITIONS = 512;

    private static final int HEADS = 12;
    private static final int INNER = 1536;
    private static final double EPS = 1e-12;

    private final Embedding words;
    private final Embedding positions;
    private final Embedding types;
    private final LayerNorm norm;
    private final TransformerEncoder encoder;

    /** With random weights, to be replaced by {@link #loadStateDict}. */
    public MiniLm(Device device) {
        words = register("words", new Embedding(device, WORDS, FEATURES, -1, null));
        positions = register("positions", new Embedding(device, POSITIONS, FEATURES, -1, null));
        types = register("types", new Embedding(device, 2, FEATURES, -1, null));
        norm = register("norm", new LayerNorm(device, new long[] {FEATURES}, EPS));
        TransformerOptions options =
                TransformerOptions.of(FEATURES, HEADS, INNER)
                        .withActivation(Activation.GELU)
                        .withLayerNormEps(EPS);
        encoder = register("encoder", new TransformerEncoder(device, LAYERS, options, null));
    }

    /** The features of words of the first type that are all seen, {@code [n, steps]}. */
    @Override
    public Tensor forward(Tensor input) {
        try (Tensor seen = Ops.ones(input.device(), DType.BOOL, input.sizes());
                Tensor first = Ops.zeros(input.device(), DType.I64, input.sizes())) {
            return forward(input, seen, first);
        }
    }

    /**
     * The features of words.
     *
     * @param input numbers of words, i64 {@code [n, steps]}
     * @param seen which of them count, bool {@code [n, steps]}
     * @param type 0 or 1 for each, i64 {@code [n, steps]}
     * @return {@code [n, steps, 384]}
     */
    public Tensor forward(Tensor input, Tensor seen, Tensor type) {
        long steps = input.size(1);
        try (Tensor places = Ops.arange(input.device(), DType.I64, 0L, steps);
                Tensor atPlaces = positions.forward(places);
                Tensor ofTypes = types.forward(type);
                Tensor sum = words.forward(input).add_(ofTypes);
                Tensor embedded = norm.forward(sum.add_(atPlaces));
                Tensor mask = seen.reshape(input.size(0), 1, 1, steps)) {
            return encoder.forward(embedded, mask, false);
        }
    }
}
