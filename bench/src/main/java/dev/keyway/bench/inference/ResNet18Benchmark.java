// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.inference;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.models.ResNet18;
import dev.keyway.nn.NnModule;

/** ResNet-18 on one image of 224 by 224, its normalizations fused. */
public class ResNet18Benchmark extends InferenceBenchmark {
    @Override
    NnModule model(Device device, Generator generator) {
        ResNet18 model = new ResNet18(device, generator);
        model.randomizeNorms(generator);
        model.fuse();
        return model;
    }

    @Override
    Tensor input(Device device, Generator generator) {
        return Ops.randn(device, DType.F32, generator, 1, 3, 224, 224);
    }
}
