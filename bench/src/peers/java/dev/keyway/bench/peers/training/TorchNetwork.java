// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Layers of libtorch over parameters that have our names, and a step of stochastic gradient descent
 * with momentum. Called through DJL's native methods, of which a step needs a few hundred at a
 * microsecond or so each; gradients of the step before are dropped, not zeroed.
 */
final class TorchNetwork implements AutoCloseable {
    private static final double NORM_MOMENTUM = 0.1;
    private static final double NORM_EPS = 1e-5;

    private final NDManager manager;
    private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();
    private final Map<String, PtNDArray> buffers = new LinkedHashMap<>();
    private final Map<String, PtNDArray> velocities = new LinkedHashMap<>();
    private final List<PtNDArray> kept = new ArrayList<>();

    private final boolean channelsLast;

    /**
     * With copies of our tensors.
     *
     * @param channelsLast whether images and filters have their channels next to each other
     */
    TorchNetwork(Map<String, Tensor> state, int threads, boolean channelsLast) {
        this.channelsLast = channelsLast;
        manager = Engine.getEngine("PyTorch").newBaseManager();
        TorchFunctions.setThreads(threads);
        JniUtils.setGradMode(true);
        state.forEach(
                (name, tensor) -> {
                    PtNDArray copy = tensor(tensor.toFloatArray(), tensor.sizes());
                    if (tensor.requiresGrad()) {
                        JniUtils.attachGradient(copy, true);
                        parameters.put(name, copy);
                        velocities.put(
                                name, tensor(new float[(int) tensor.numel()], tensor.sizes()));
                    } else {
                        buffers.put(name, copy);
                    }
                });
    }

    static String version() {
        return "libtorch " + Engine.getEngine("PyTorch").getVersion();
    }

    PtNDArray tensor(float[] numbers, long... sizes) {
        PtNDArray plain = own(manager.create(numbers, new Shape(sizes)));
        if (!channelsLast || sizes.length != 4) {
            return plain;
        }
        try (plain) {
            return TorchFunctions.channelsLast(plain);
        }
    }

    PtNDArray tensor(long[] numbers, long... sizes) {
        return own(manager.create(numbers, new Shape(sizes)));
    }

    /** In libtorch's memory; what DJL creates lies in a buffer of Java's. */
    private static PtNDArray own(NDArray created) {
        try (created) {
            return (PtNDArray) created.duplicate();
        }
    }

    private PtNDArray parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }

    private PtNDArray keep(PtNDArray array) {
        kept.add(array);
        return array;
    }

    PtNDArray convolution(PtNDArray x, String name, long stride, long padding) {
        return keep(
                JniUtils.convolution(
                        x,
                        parameter(name + ".weight"),
                        null,
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        new Shape(1, 1),
                        1));
    }

    PtNDArray norm(PtNDArray x, String name) {
        return keep(
                JniUtils.batchNorm(
                        x,
                        Objects.requireNonNull(buffers.get(name + ".running_mean")),
                        Objects.requireNonNull(buffers.get(name + ".running_var")),
                        parameter(name + ".weight"),
                        parameter(name + ".bias"),
                        true,
                        NORM_MOMENTUM,
                        NORM_EPS));
    }

    PtNDArray relu(PtNDArray x) {
        return keep(JniUtils.relu(x));
    }

    PtNDArray sum(PtNDArray x, PtNDArray y) {
        JniUtils.addi(x, y);
        return x;
    }

    PtNDArray maxPool(PtNDArray x, long window, long stride, long padding) {
        return keep(
                JniUtils.maxPool(
                        x,
                        new Shape(window, window),
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        false));
    }

    PtNDArray meanOfImages(PtNDArray x) {
        return keep(JniUtils.adaptiveAvgPool(x, new Shape(1, 1)));
    }

    PtNDArray flat(PtNDArray x) {
        return keep(JniUtils.flatten(x, 1, -1));
    }

    PtNDArray linear(PtNDArray x, String name) {
        return keep(JniUtils.linear(x, parameter(name + ".weight"), parameter(name + ".bias")));
    }

    /** The mean cross entropy; labels as a column. */
    PtNDArray loss(PtNDArray logits, PtNDArray labels) {
        PtNDArray log = keep(JniUtils.logSoftmax(logits, 1, DataType.FLOAT32));
        PtNDArray chosen = keep(JniUtils.gather(log, labels, 1));
        return keep(JniUtils.neg(keep(JniUtils.mean(chosen))));
    }

    /** Backward and the update; answers the loss from before it. */
    float step(PtNDArray loss, float lr, float momentum) {
        PtNDArray one = keep((PtNDArray) manager.ones(loss.getShape()));
        JniUtils.backward(loss, one, false, false);
        float value = loss.toFloatArray()[0];
        for (Map.Entry<String, PtNDArray> entry : parameters.entrySet()) {
            PtNDArray parameter = entry.getValue();
            PtNDArray velocity = Objects.requireNonNull(velocities.get(entry.getKey()));
            PtNDArray fresh = JniUtils.detachGradient(parameter);
            try (PtNDArray gradient = JniUtils.getGradient(parameter)) {
                JniUtils.sgdUpdate(fresh, gradient, velocity, lr, 0, 1, -1, momentum);
            }
            parameter.close();
            JniUtils.attachGradient(fresh, true);
            entry.setValue(fresh);
        }
        kept.forEach(PtNDArray::close);
        kept.clear();
        return value;
    }

    @Override
    public void close() {
        manager.close();
    }
}
