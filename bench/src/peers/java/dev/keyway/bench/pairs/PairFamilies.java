// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.util.List;
import java.util.function.Function;

/** The families. */
final class PairFamilies {
    private PairFamilies() {}

    static List<PairFamily> all() {
        return List.of(
                new UnaryPairs(),
                new BinaryPairs(),
                new ReductionPairs(),
                new NormalizationPairs(),
                new ScanPairs(),
                new SortPairs(),
                new IndexingPairs(),
                new CopyPairs(),
                new ImagePairs(),
                new LossPairs(),
                new EmbeddingPairs(),
                new RandomPairs());
    }

    static Function<Data, Pair> row(String name) {
        for (PairFamily family : all()) {
            Function<Data, Pair> open = family.rows().get(name);
            if (open != null) {
                return open;
            }
        }
        throw new IllegalArgumentException("no row is called " + name);
    }
}
