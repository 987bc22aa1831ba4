// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.KeywaySide;
import java.util.ArrayList;
import java.util.List;

/** Inference of whole models against ONNX Runtime. */
public final class OnnxModels implements ContestFamily {
    /** For {@code ServiceLoader}. */
    public OnnxModels() {}

    @Override
    public String peer() {
        return "ONNX Runtime";
    }

    @Override
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int batch : new int[] {1, 8}) {
            entries.add(
                    new Entry(
                            "ResNet-18 inference batch " + batch,
                            batch == 1,
                            threads -> new ResNet18Contest(batch, false, threads)));
            entries.add(
                    new Entry(
                            "ResNet-18 inference batch " + batch + KeywaySide.WINOGRAD,
                            false,
                            threads -> new ResNet18Contest(batch, true, threads)));
            for (int steps : new int[] {16, 128}) {
                entries.add(
                        new Entry(
                                "MiniLM inference sequence " + steps + " batch " + batch,
                                batch == 1,
                                threads -> new MiniLmContest(batch, steps, threads)));
            }
        }
        return entries;
    }
}
