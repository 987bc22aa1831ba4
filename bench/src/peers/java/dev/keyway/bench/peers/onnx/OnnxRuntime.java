// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A session of ONNX Runtime on its CPU provider, at its best: all optimisations of the graph, its
 * weights packed before, its memory planned, inputs and output in memory that is there.
 */
final class OnnxRuntime implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final FloatBuffer result;

    OnnxRuntime(byte[] model, int threads, String output, long... sizes) {
        int count = 1;
        for (long size : sizes) {
            count *= (int) size;
        }
        result = direct(Float.BYTES * count).asFloatBuffer();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(model, options);
            outputs.put(output, OnnxTensor.createTensor(environment, result, sizes));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Memory that begins where a vector may. */
    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes + 2 * ALIGNMENT)
                .alignedSlice(ALIGNMENT)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder());
    }

    void input(String name, float[] numbers, long... sizes) {
        FloatBuffer buffer =
                direct(Float.BYTES * numbers.length).asFloatBuffer().put(numbers).flip();
        try {
            inputs.put(name, OnnxTensor.createTensor(environment, buffer, sizes));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    void input(String name, long[] numbers, long... sizes) {
        LongBuffer buffer = direct(Long.BYTES * numbers.length).asLongBuffer().put(numbers).flip();
        try {
            inputs.put(name, OnnxTensor.createTensor(environment, buffer, sizes));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    void run() {
        try {
            session.run(inputs, Set.of(), outputs).close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** What the last run wrote. */
    float[] result() {
        float[] numbers = new float[result.capacity()];
        result.get(0, numbers);
        return numbers;
    }

    String version() {
        return "ONNX Runtime " + environment.getVersion();
    }

    private static RuntimeException failed(OrtException e) {
        return new IllegalStateException("ONNX Runtime failed", e);
    }

    @Override
    public void close() {
        try {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
