// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A network computes the same bits, and gradients, of images with their channels last. */
final class ChannelsLastTest {
    private static final int SIDE = 28;

    private final Keyway keyway = Keyway.builder().threads(2).seed(4).open();
    private final Device device = keyway.device("cpu");
    private final Generator generator = new Generator(5);

    @AfterEach
    void close() {
        keyway.close();
    }

    /** First layer, pooling, windows of every kind with a way of its own, and one without. */
    private final class Network extends NnModule {
        private final Conv2d stem =
                register("stem", new Conv2d(device, 3, 20, 7, 2, 3, true, generator));
        private final MaxPool2d pool = new MaxPool2d(3, 1, 1);
        private final Conv2d same =
                register("same", new Conv2d(device, 20, 20, 3, 1, 1, true, generator));
        private final Conv2d down =
                register("down", new Conv2d(device, 20, 40, 3, 2, 1, true, generator));
        private final Conv2d shortcut =
                register("shortcut", new Conv2d(device, 20, 40, 1, 2, 0, true, generator));
        private final Conv2d wide =
                register("wide", new Conv2d(device, 40, 17, 5, 1, 2, true, generator));

        @Override
        public Tensor forward(Tensor input) {
            Tensor first = pool.forward(stem.forward(input).relu_());
            Tensor second = same.forward(first).relu_().add(first);
            Tensor sum = down.forward(second).add_(shortcut.forward(second)).relu();
            return wide.forward(sum);
        }
    }

    private Tensor images() {
        return Ops.randn(device, DType.F32, generator, 2, 3, SIDE, SIDE);
    }

    @Test
    void inferenceHasTheSameBitsAndCopiesNothing() {
        try (var scope = keyway.noGrad();
                Network network = new Network()) {
            Tensor images = images();
            Tensor expected = network.forward(images);
            Tensor last = images.contiguous(MemoryFormat.CHANNELS_LAST);
            long copies = keyway.adaptations().layoutCopies();
            Tensor actual = network.forward(last);
            assertEquals(copies, keyway.adaptations().layoutCopies());
            assertTrue(actual.isContiguous(MemoryFormat.CHANNELS_LAST));
            assertArrayEquals(expected.toFloatArray(), actual.toFloatArray());
            assertArrayEquals(
                    Ops.adaptiveAvgPool2d(expected, 1, 1).toFloatArray(),
                    Ops.adaptiveAvgPool2d(actual, 1, 1).toFloatArray());
        }
    }

    @Test
    void gradientsAreTheSame() {
        try (Network network = new Network()) {
            Tensor rows = images().requiresGrad_(true);
            float[] values = rows.toFloatArray();
            network.forward(rows).sum().backward();
            float[] expected = Objects.requireNonNull(rows.grad()).toFloatArray();
            Tensor again = keyway.tensor(device, values, rows.sizes()).requiresGrad_(true);
            network.forward(again.contiguous(MemoryFormat.CHANNELS_LAST)).sum().backward();
            assertArrayEquals(expected, Objects.requireNonNull(again.grad()).toFloatArray());
        }
    }
}
