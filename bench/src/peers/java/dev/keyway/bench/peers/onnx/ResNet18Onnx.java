// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.Tensor;
import dev.keyway.bench.models.ResNet18;
import dev.keyway.bench.peers.onnx.OnnxGraph.Attribute;
import java.util.Map;

/** Our ResNet-18 as an ONNX model: convolutions and normalizations apart, for the peer to fuse. */
final class ResNet18Onnx {
    private final OnnxGraph graph = new OnnxGraph();
    private final Map<String, Tensor> state;

    private ResNet18Onnx(ResNet18 model) {
        state = model.stateDict();
    }

    /** The bytes of the file, for a batch of so many images. */
    static byte[] of(ResNet18 model, long batch) {
        return new ResNet18Onnx(model).write(batch);
    }

    private byte[] write(long batch) {
        String x = relu("stem.relu", convNorm("stem", "image", 7, 2, 3));
        x =
                graph.node(
                        "MaxPool",
                        "pool",
                        x,
                        square("kernel_shape", 3),
                        square("strides", 2),
                        pads(1));
        int block = 0;
        for (int channels : ResNet18.CHANNELS) {
            for (int i = 0; i < 2; i++) {
                int stride = i == 0 && channels != ResNet18.CHANNELS[0] ? 2 : 1;
                x = block("blocks." + block++, x, stride);
            }
        }
        x = graph.node("GlobalAveragePool", "mean", x);
        x = graph.node("Flatten", "flat", x, new Attribute("axis", 1));
        String inputs = x + " " + constant("head.weight") + " " + constant("head.bias");
        graph.node("Gemm", "logits", inputs, new Attribute("transB", 1));
        return graph.model(
                "image",
                new long[] {batch, 3, 224, 224},
                "logits",
                new long[] {batch, ResNet18.CLASSES});
    }

    private String block(String name, String input, int stride) {
        String first = relu(name + ".relu", convNorm(name + ".first", input, 3, stride, 1));
        String second = convNorm(name + ".second", first, 3, 1, 1);
        boolean changes = state.containsKey(name + ".shortcut.conv.weight");
        String passed = changes ? convNorm(name + ".shortcut", input, 1, stride, 0) : input;
        return relu(name, graph.node("Add", name + ".sum", second + " " + passed));
    }

    private String relu(String name, String input) {
        return graph.node("Relu", name, input);
    }

    private String convNorm(String name, String input, long window, long stride, long padding) {
        String sums =
                graph.node(
                        "Conv",
                        name + ".sums",
                        input + " " + constant(name + ".conv.weight"),
                        square("kernel_shape", window),
                        square("strides", stride),
                        pads(padding));
        StringBuilder inputs = new StringBuilder(sums);
        for (String part : new String[] {"weight", "bias", "running_mean", "running_var"}) {
            inputs.append(' ').append(constant(name + ".norm." + part));
        }
        return graph.node("BatchNormalization", name, inputs.toString());
    }

    private String constant(String name) {
        return graph.constant(name, java.util.Objects.requireNonNull(state.get(name)));
    }

    private static Attribute square(String name, long value) {
        return new Attribute(name, value, value);
    }

    private static Attribute pads(long padding) {
        return new Attribute("pads", padding, padding, padding, padding);
    }
}
