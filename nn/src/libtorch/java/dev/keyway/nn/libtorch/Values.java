// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Values between Keyway and libtorch, and how near they are. */
final class Values {
    private Values() {}

    /** A copy in libtorch of an f32 tensor. */
    static Tensor ofFloats(dev.keyway.Tensor tensor) {
        return ofFloats(tensor.toFloatArray(), tensor.sizes());
    }

    static Tensor ofFloats(float[] values, long... sizes) {
        try (FloatPointer data = new FloatPointer(values)) {
            return torch.from_blob(data, sizes, new TensorOptions(ScalarType.Float)).clone();
        }
    }

    static Tensor ofLongs(long[] values, long... sizes) {
        try (LongPointer data = new LongPointer(values)) {
            return torch.from_blob(data, sizes, new TensorOptions(ScalarType.Long)).clone();
        }
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        try (FloatPointer data = tensor.detach().contiguous().data_ptr_float()) {
            data.get(values);
        }
        return values;
    }

    /**
     * The difference is at most {@code tolerance} of what libtorch has: in the Euclidean norm, and
     * for each element against the largest.
     */
    static void assertNear(String name, Tensor expected, float[] actual, double tolerance) {
        float[] right = floats(expected);
        assertEquals(right.length, actual.length, name);
        double difference = 0;
        double norm = 0;
        double furthest = 0;
        double largest = 0;
        for (int i = 0; i < right.length; i++) {
            double distance = Math.abs((double) right[i] - actual[i]);
            difference += distance * distance;
            norm += (double) right[i] * right[i];
            furthest = Math.max(furthest, distance);
            largest = Math.max(largest, Math.abs(right[i]));
        }
        assertTrue(norm > 0, name + " is zero in libtorch");
        double relative = Math.sqrt(difference / norm);
        assertTrue(relative <= tolerance, name + " differs by " + relative + " in its norm");
        double worst = furthest / largest;
        assertTrue(worst <= tolerance, name + " differs by " + worst + " in an element");
    }
}
