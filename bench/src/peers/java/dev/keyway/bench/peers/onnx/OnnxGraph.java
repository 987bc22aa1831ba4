// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import com.google.protobuf.ByteString;
import dev.keyway.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A model of one f32 input and one output, written in the format that {@code onnx.proto} of ONNX
 * defines; the numbers are its field numbers.
 */
final class OnnxGraph {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final int FLOAT = 1;

    private final Message graph = new Message();

    /** An attribute of a node, with the number of its type: 2 an integer, 7 integers. */
    record Attribute(String name, long... values) {
        private Message message() {
            Message message = new Message().text(1, name);
            if (values.length == 1) {
                return message.number(3, values[0]).number(20, 2);
            }
            for (long value : values) {
                message.number(8, value);
            }
            return message.number(20, 7);
        }
    }

    /** Adds a node; the names of what it reads are separated by blanks. */
    String node(String type, String output, String inputs, Attribute... attributes) {
        Message node = new Message();
        for (String input : inputs.split(" ")) {
            node.text(1, input);
        }
        node.text(2, output).text(3, output).text(4, type);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.message());
        }
        graph.message(1, node);
        return output;
    }

    /** Adds the numbers of a tensor. */
    String constant(String name, Tensor tensor) {
        Message constant = new Message();
        for (long size : tensor.sizes()) {
            constant.number(1, size);
        }
        float[] numbers = tensor.toFloatArray();
        ByteBuffer raw =
                ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(numbers);
        constant.number(2, FLOAT).text(8, name).bytes(9, ByteString.copyFrom(raw));
        graph.message(5, constant);
        return name;
    }

    private static Message value(String name, long... sizes) {
        Message shape = new Message();
        for (long size : sizes) {
            shape.message(1, new Message().number(1, size));
        }
        Message tensor = new Message().number(1, FLOAT).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** The file's bytes. */
    byte[] model(String input, long[] inputSizes, String output, long[] outputSizes) {
        graph.text(2, "model");
        graph.message(11, value(input, inputSizes));
        graph.message(12, value(output, outputSizes));
        Message opset = new Message().text(1, "").number(2, OPSET);
        return new Message()
                .number(1, IR_VERSION)
                .text(2, "keyway-bench")
                .message(7, graph)
                .message(8, opset)
                .done()
                .toByteArray();
    }
}
