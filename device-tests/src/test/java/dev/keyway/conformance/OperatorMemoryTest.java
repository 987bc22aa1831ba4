// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.function.UnaryOperator;

/**
 * What operators must not make: copies of broadcast operands, of expanded gradients, one-hot
 * targets, the matrix of attention. Measured with the allocator's peak, in runtimes of their own.
 */
class OperatorMemoryTest {
    private static final long ROWS = 1024;
    private static final long COLUMNS = 1024;

    /** One matrix of f32. */
    private static final long MATRIX = ROWS * COLUMNS * 4;

    private static final long QUERIES = 6144;

    /** The matrix of attention's weights. */
    private static final long WEIGHTS = QUERIES * QUERIES * 4;

    /** Vectors, counters and the like. */
    private static final long SMALL = MATRIX / 8;

    /** Prepares tensors that live through the measurement. */
    private interface Setup {
        Tensor[] tensors(Device device);
    }

    private static Tensor matrix(Device device) {
        return Ops.rand(device, DType.F32, ROWS, COLUMNS);
    }

    private static Tensor row(Device device) {
        return Ops.rand(device, DType.F32, COLUMNS);
    }

    /** Bytes above what lived before, while the call runs. */
    private static long peak(String type, Setup setup, UnaryOperator<Tensor[]> call) {
        try (Keyway keyway = Keyway.builder().threads(2).open()) {
            Device device = keyway.device(type);
            Tensor[] tensors = setup.tensors(device);
            // The peak counts from the start: fill up to it, so that what comes adds to it.
            long room = device.memory().peak() - device.memory().allocated();
            try (Tensor _ = Ops.empty(device, DType.U8, Math.max(room, 1))) {
                long before = device.memory().allocated();
                Tensor[] results = call.apply(tensors);
                long peak = device.memory().peak();
                assertTrue(results.length > 0 && before >= room);
                return peak - before;
            }
        }
    }

    private static void atMost(String what, long allowed, long measured) {
        String text = what + " took " + measured / 1024 + " KiB, allowed " + allowed / 1024;
        System.out.println(text);
        assertTrue(measured <= allowed, text);
    }

    private static Tensor[] all(Tensor... tensors) {
        return tensors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void broadcastOperandsAreNotCopied(String type) {
        Setup both = device -> all(matrix(device), row(device));
        long result = MATRIX + SMALL;
        atMost("add", result, peak(type, both, t -> all(t[0].add(t[1]))));
        atMost("mul of a column", result, peak(type, both, t -> all(t[0].mul(column(t[1])))));
        atMost("maximum", result, peak(type, both, t -> all(t[0].maximum(t[1]))));
        atMost("where", result, peak(type, OperatorMemoryTest::choice, t -> all(chosen(t))));
        atMost("eq", result, peak(type, both, t -> all(t[0].eq(t[1]))));
        atMost(
                "add of two numbers",
                result,
                peak(type, both, t -> all(t[0].add(t[1].select(0, 0)))));
    }

    private static Tensor column(Tensor row) {
        return row.unsqueeze(1);
    }

    private static Tensor[] choice(Device device) {
        try (Tensor row = row(device)) {
            return all(row.gt(0.5), matrix(device), row(device));
        }
    }

    private static Tensor chosen(Tensor[] t) {
        return Ops.where(t[0], t[1], t[2]);
    }

    /** The gradient of a sum is one number, seen as often as there are elements. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void expandedGradientsAreNotCopied(String type) {
        Setup recorded =
                device -> {
                    Tensor x = matrix(device).requiresGrad_(true);
                    return all(x, x.mul(2L).sum());
                };
        atMost("backward of a sum", MATRIX + SMALL, peakOfBackward(type, recorded));
        Setup mean =
                device -> {
                    Tensor x = matrix(device).requiresGrad_(true);
                    Tensor w = row(device);
                    return all(x, x.mul(w).mean());
                };
        atMost("backward of a mean", MATRIX + SMALL, peakOfBackward(type, mean));
    }

    private static long peakOfBackward(String type, Setup setup) {
        return peak(
                type,
                setup,
                t -> {
                    t[1].backward();
                    return t;
                });
    }

    /** In i64 a one-hot target would be twice the matrix. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void lossesMakeNoOneHotTargets(String type) {
        Setup scores =
                device -> {
                    try (Tensor raw = matrix(device)) {
                        return all(
                                raw.logSoftmax(1).requiresGrad_(true),
                                Ops.randint(device, DType.I64, 0L, COLUMNS, ROWS));
                    }
                };
        atMost("nll_loss", SMALL, peak(type, scores, t -> all(Ops.nllLoss(t[0], t[1]))));
        Setup loss =
                device -> {
                    Tensor[] t = scores.tensors(device);
                    return all(t[0], Ops.nllLoss(t[0], t[1]));
                };
        atMost("backward of nll_loss", MATRIX + SMALL, peakOfBackward(type, loss));
        Setup logits =
                device ->
                        all(
                                matrix(device).requiresGrad_(true),
                                Ops.randint(device, DType.I64, 0L, COLUMNS, ROWS));
        // The logarithms and, on their way, the shifted scores and their exponentials.
        atMost(
                "cross_entropy",
                3 * MATRIX + SMALL,
                peak(type, logits, t -> all(Ops.crossEntropy(t[0], t[1]))));
    }

    /**
     * Above 4 million weights blocks of that many are computed one after the other, where the
     * device has no kernel for all: so what is taken stays, however large the matrix.
     */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void attentionMakesNoMatrixOfWeights(String type) {
        Setup inputs = device -> all(heads(device), heads(device), heads(device));
        atMost(
                "attention",
                WEIGHTS / 2,
                peak(type, inputs, t -> all(Ops.scaledDotProductAttention(t[0], t[1], t[2]))));
        Setup recorded =
                device -> {
                    Tensor[] t = inputs.tensors(device);
                    for (Tensor tensor : t) {
                        tensor.requiresGrad_(true);
                    }
                    return all(t[0], Ops.scaledDotProductAttention(t[0], t[1], t[2]).sum());
                };
        atMost("backward of attention", WEIGHTS, peakOfBackward(type, recorded));
    }

    private static Tensor heads(Device device) {
        return Ops.rand(device, DType.F32, 1, 1, QUERIES, 16);
    }
}
