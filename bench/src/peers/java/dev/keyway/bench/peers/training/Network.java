// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import ai.djl.pytorch.engine.PtNDArray;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.bench.models.ResNet18;
import dev.keyway.bench.peers.Numbers;
import dev.keyway.nn.NnModule;
import dev.keyway.nn.training.FashionCnn;
import java.util.Random;

/** A network that both sides train. */
enum Network {
    /** The one that {@code keyway train} trains, without dropout, which both draw differently. */
    FASHION_CNN {
        @Override
        NnModule ours(Device device, Generator generator) {
            return FashionCnn.create(device, generator, 0);
        }

        @Override
        PtNDArray theirs(TorchNetwork torch, PtNDArray x) {
            PtNDArray first = torch.relu(torch.norm(torch.convolution(x, "0", 1, 1), "1"));
            PtNDArray half = torch.maxPool(first, 2, 2, 0);
            PtNDArray second = torch.relu(torch.norm(torch.convolution(half, "4", 1, 1), "5"));
            return torch.linear(torch.flat(torch.maxPool(second, 2, 2, 0)), "10");
        }

        @Override
        long[] sizes(int batch) {
            return new long[] {batch, 1, 28, 28};
        }

        @Override
        int classes() {
            return 10;
        }
    },
    /** ResNet-18 at 224 by 224. */
    RESNET_18 {
        @Override
        NnModule ours(Device device, Generator generator) {
            return new ResNet18(device, generator);
        }

        @Override
        PtNDArray theirs(TorchNetwork torch, PtNDArray images) {
            PtNDArray stem = torch.relu(convNorm(torch, images, "stem", 2, 3));
            PtNDArray x = torch.maxPool(stem, 3, 2, 1);
            for (int i = 0; i < 2 * ResNet18.CHANNELS.length; i++) {
                boolean changes = i > 0 && i % 2 == 0;
                x = block(torch, x, "blocks." + i, changes);
            }
            return torch.linear(torch.flat(torch.meanOfImages(x)), "head");
        }

        private PtNDArray block(TorchNetwork torch, PtNDArray x, String name, boolean changes) {
            long stride = changes ? 2 : 1;
            PtNDArray first = torch.relu(convNorm(torch, x, name + ".first", stride, 1));
            PtNDArray second = convNorm(torch, first, name + ".second", 1, 1);
            PtNDArray passed = changes ? convNorm(torch, x, name + ".shortcut", stride, 0) : x;
            return torch.relu(torch.sum(second, passed));
        }

        private PtNDArray convNorm(
                TorchNetwork torch, PtNDArray x, String name, long stride, long padding) {
            return torch.norm(
                    torch.convolution(x, name + ".conv", stride, padding), name + ".norm");
        }

        @Override
        long[] sizes(int batch) {
            return new long[] {batch, 3, 224, 224};
        }

        @Override
        int classes() {
            return ResNet18.CLASSES;
        }
    };

    /** The learning rate. */
    static final float LR = 1e-3f;

    /** The momentum. */
    static final float MOMENTUM = 0.9f;

    /** Images. */
    float[] images(int batch) {
        long numel = 1;
        for (long size : sizes(batch)) {
            numel *= size;
        }
        return Numbers.normal((int) numel, 1);
    }

    /** Their classes. */
    long[] labels(int batch) {
        return new Random(2).longs(batch, 0, classes()).toArray();
    }

    /** Our model. */
    abstract NnModule ours(Device device, Generator generator);

    /** The peer's logits. */
    abstract PtNDArray theirs(TorchNetwork torch, PtNDArray x);

    abstract long[] sizes(int batch);

    abstract int classes();
}
