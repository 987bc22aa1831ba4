// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.Generator;
import dev.keyway.Tensor;
import dev.keyway.bench.models.ResNet18;
import dev.keyway.bench.peers.Numbers;

/**
 * ResNet-18 at 224 by 224, forward: of row-major images, which ours brings into its order first.
 */
final class ResNet18Contest extends ModelContest {
    private final ResNet18 model;
    private final Tensor images;

    ResNet18Contest(int batch, boolean winograd, int threads) {
        super(threads, winograd);
        Generator generator = new Generator(1);
        model = new ResNet18(side.device, generator);
        model.randomizeNorms(generator);
        float[] numbers = Numbers.normal(batch * 3 * 224 * 224, 1);
        images = side.tensor(numbers, batch, 3, 224, 224);
        OnnxRuntime session =
                new OnnxRuntime(
                        ResNet18Onnx.of(model, batch), threads, "logits", batch, ResNet18.CLASSES);
        session.input("image", numbers, images.sizes());
        peer(session);
        model.fuse();
    }

    @Override
    Tensor compute() {
        try (Tensor ordered = images.contiguous(side.convolutionFormat())) {
            return model.forward(ordered);
        }
    }

    @Override
    public void close() {
        model.close();
        super.close();
    }
}
