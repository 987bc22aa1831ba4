// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.models;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Tensor;
import dev.keyway.nn.AdaptiveAvgPool2d;
import dev.keyway.nn.Linear;
import dev.keyway.nn.MaxPool2d;
import dev.keyway.nn.NnModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ResNet-18 (He and others, "Deep Residual Learning for Image Recognition", 2016, table 1): {@code
 * [n, 3, 224, 224]} to 1,000 classes.
 */
public final class ResNet18 extends NnModule {
    /** Channels of the four stages. */
    public static final int[] CHANNELS = {64, 128, 256, 512};

    /** Classes. */
    public static final int CLASSES = 1000;

    private final ConvNorm stem;
    private final MaxPool2d pool = new MaxPool2d(3, 2, 1);
    private final List<BasicBlock> blocks = new ArrayList<>();
    private final AdaptiveAvgPool2d mean = new AdaptiveAvgPool2d(1, 1);
    private final Linear head;

    /** With random weights. */
    public ResNet18(Device device, Generator generator) {
        stem = register("stem", new ConvNorm(device, 3, CHANNELS[0], 7, 2, 3, generator));
        long in = CHANNELS[0];
        for (int out : CHANNELS) {
            for (int i = 0; i < 2; i++) {
                long stride = i == 0 && out != CHANNELS[0] ? 2 : 1;
                BasicBlock block = new BasicBlock(device, in, out, stride, generator);
                blocks.add(register("blocks." + blocks.size(), block));
                in = out;
            }
        }
        head = register("head", new Linear(device, in, CLASSES, generator));
    }

    /**
     * Draws weights and statistics of the normalizations as a trained network might have them, so
     * that they show in the result.
     */
    public void randomizeNorms(Generator generator) {
        for (Map.Entry<String, Tensor> entry : stateDict().entrySet()) {
            Tensor tensor = entry.getValue();
            try (var scope = tensor.keyway().noGrad()) {
                if (entry.getKey().endsWith("norm.weight")) {
                    tensor.uniform_(0.7, 1.2, generator);
                } else if (entry.getKey().endsWith("norm.bias")) {
                    tensor.uniform_(-0.1, 0.1, generator);
                } else if (entry.getKey().endsWith("running_mean")) {
                    tensor.uniform_(-0.1, 0.1, generator);
                } else if (entry.getKey().endsWith("running_var")) {
                    tensor.uniform_(0.3, 0.5, generator);
                }
            }
        }
    }

    /** For inference: every convolution and its normalization become one convolution. */
    public void fuse() {
        eval();
        stem.fuse();
        blocks.forEach(BasicBlock::fuse);
    }

    @Override
    public Tensor forward(Tensor input) {
        Tensor current;
        try (Tensor sums = stem.forward(input)) {
            current = pool.forward(sums.relu_());
        }
        for (int i = 0; i < blocks.size(); i++) {
            Tensor before = current;
            current = blocks.get(i).forward(before);
            before.close();
        }
        try (Tensor last = current;
                Tensor means = mean.forward(last);
                Tensor flat = means.flatten(1)) {
            return head.forward(flat);
        }
    }
}
