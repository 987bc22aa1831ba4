// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.models.MiniLm;
import java.util.Arrays;
import java.util.Random;

/** The encoder all-MiniLM-L6-v2 on texts of equal length, forward, up to the words' features. */
final class MiniLmContest extends ModelContest {
    private final MiniLm model;
    private final Tensor words;
    private final Tensor seen;
    private final Tensor types;

    MiniLmContest(int batch, int steps, int threads) {
        super(threads, false);
        byte[] file = MiniLmWeights.file();
        model = new MiniLm(side.device);
        MiniLmWeights.load(model, side, file);
        model.eval();
        long[] numbers = new Random(1).longs((long) batch * steps, 1000, MiniLm.WORDS).toArray();
        words = side.keyway.tensor(side.device, numbers, batch, steps);
        seen = Ops.ones(side.device, DType.BOOL, batch, steps);
        types = Ops.zeros(side.device, DType.I64, batch, steps);
        OnnxRuntime session =
                new OnnxRuntime(file, threads, "output_0", batch, steps, MiniLm.FEATURES);
        long[] ones = new long[batch * steps];
        Arrays.fill(ones, 1);
        session.input("input_ids", numbers, batch, steps);
        session.input("attention_mask", ones, batch, steps);
        session.input("token_type_ids", new long[batch * steps], batch, steps);
        peer(session);
    }

    @Override
    Tensor compute() {
        return model.forward(words, seen, types);
    }

    @Override
    public void close() {
        model.close();
        super.close();
    }
}
