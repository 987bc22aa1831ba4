// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import dev.keyway.bench.compare.ContestFamily;
import java.util.List;

/** Training of whole models against libtorch. */
public final class TrainingSteps implements ContestFamily {
    /** For {@code ServiceLoader}. */
    public TrainingSteps() {}

    @Override
    public String peer() {
        return "libtorch training";
    }

    @Override
    public List<Entry> entries() {
        return List.of(
                new Entry(
                        "Fashion-MNIST CNN training batch 64",
                        true,
                        threads -> new TrainingContest(Network.FASHION_CNN, 64, threads)),
                new Entry(
                        "ResNet-18 training batch 8",
                        false,
                        threads -> new TrainingContest(Network.RESNET_18, 8, threads)));
    }
}
