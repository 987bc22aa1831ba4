// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The f32 initialisers of an ONNX model, and which matrices are multiplied, in order. Fields have
 * the numbers that {@code onnx.proto} of ONNX gives them.
 */
final class OnnxWeights {
    private static final int FLOAT = 1;

    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final List<String> multiplied = new ArrayList<>();

    /** Numbers of a tensor. */
    record Weight(long[] sizes, float[] numbers) {}

    private interface Field {
        void read(int number, CodedInputStream in) throws IOException;
    }

    OnnxWeights(byte[] model) throws IOException {
        fields(
                CodedInputStream.newInstance(model),
                (number, in) -> {
                    if (number == 7) {
                        fields(in.readBytes().newCodedInput(), this::graph);
                    } else {
                        skip(number, in);
                    }
                });
    }

    /** The initialiser. */
    Weight get(String name) {
        Weight weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("the model has no initialiser " + name);
        }
        return weight;
    }

    /** Names of the initialisers that are the right side of a {@code MatMul}, in order. */
    List<String> multiplied() {
        return multiplied;
    }

    private static void fields(CodedInputStream in, Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            field.read(WireFormat.getTagFieldNumber(tag), in);
        }
    }

    private static void skip(int number, CodedInputStream in) throws IOException {
        in.skipField(in.getLastTag());
    }

    private void graph(int number, CodedInputStream in) throws IOException {
        switch (number) {
            case 1 -> node(in.readBytes().newCodedInput());
            case 5 -> initialiser(in.readBytes().newCodedInput());
            default -> skip(number, in);
        }
    }

    private void node(CodedInputStream node) throws IOException {
        List<String> inputs = new ArrayList<>();
        List<String> types = new ArrayList<>();
        fields(
                node,
                (number, in) -> {
                    switch (number) {
                        case 1 -> inputs.add(in.readString());
                        case 4 -> types.add(in.readString());
                        default -> skip(number, in);
                    }
                });
        if (types.contains("MatMul") && !inputs.get(1).startsWith("/")) {
            multiplied.add(inputs.get(1));
        }
    }

    private void initialiser(CodedInputStream tensor) throws IOException {
        List<Long> sizes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<ByteString> data = new ArrayList<>();
        int[] type = new int[1];
        fields(
                tensor,
                (number, in) -> {
                    switch (number) {
                        case 1 -> sizes(in, sizes);
                        case 2 -> type[0] = in.readInt32();
                        case 8 -> names.add(in.readString());
                        case 9 -> data.add(in.readBytes());
                        default -> skip(number, in);
                    }
                });
        if (type[0] == FLOAT && !data.isEmpty()) {
            FloatBuffer raw =
                    data.getFirst()
                            .asReadOnlyByteBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer();
            float[] numbers = new float[raw.remaining()];
            raw.get(numbers);
            long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
            weights.put(names.getFirst(), new Weight(shape, numbers));
        }
    }

    /** Sizes one by one, or packed. */
    private static void sizes(CodedInputStream in, List<Long> sizes) throws IOException {
        if (WireFormat.getTagWireType(in.getLastTag()) == WireFormat.WIRETYPE_VARINT) {
            sizes.add(in.readInt64());
            return;
        }
        CodedInputStream packed = in.readBytes().newCodedInput();
        while (!packed.isAtEnd()) {
            sizes.add(packed.readInt64());
        }
    }
}
