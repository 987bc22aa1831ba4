// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.models.MiniLm;
import dev.keyway.nn.NnModule;

/** The encoder of MiniLM on a text of 128 words. */
public class MiniLmBenchmark extends InferenceBenchmark {
    @Override
    NnModule model(Device device, Generator generator) {
        MiniLm model = new MiniLm(device);
        model.eval();
        return model;
    }

    @Override
    Tensor input(Device device, Generator generator) {
        return Ops.randint(device, DType.I64, generator, 1000, MiniLm.WORDS, 1, 128);
    }
}
