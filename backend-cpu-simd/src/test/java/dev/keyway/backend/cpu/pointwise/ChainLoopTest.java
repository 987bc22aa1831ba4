// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Loops of joined steps against one element after the other: f64 by Java's operators, f32 by those
 * of f64 rounded after each step, which is exact for single operations (Figueroa, "When Is Double
 * Rounding Innocuous?", 1995). Nothing is tolerated but another NaN.
 */
final class ChainLoopTest {
    private static final int INPUTS = 3;
    private static final List<UnaryOp> UNARY =
            List.of(UnaryOp.NEG, UnaryOp.ABS, UnaryOp.RELU, UnaryOp.SQRT, UnaryOp.RECIPROCAL);
    private static final List<BinaryOp> BINARY =
            List.of(
                    BinaryOp.ADD,
                    BinaryOp.SUB,
                    BinaryOp.MUL,
                    BinaryOp.DIV,
                    BinaryOp.MAXIMUM,
                    BinaryOp.MINIMUM);

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void eachFunctionFirstAndLast(DType dtype) {
        for (UnaryOp op : UNARY) {
            check(dtype, List.of(unary(op, dtype, 0), binary(BinaryOp.ADD, dtype, 3, 1)));
            check(dtype, List.of(binary(BinaryOp.MUL, dtype, 0, 1), unary(op, dtype, 3)));
        }
        for (BinaryOp op : BINARY) {
            check(dtype, List.of(binary(op, dtype, 0, 1), unary(UnaryOp.NEG, dtype, 3)));
            check(dtype, List.of(unary(UnaryOp.ABS, dtype, 2), binary(op, dtype, 1, 3)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void sixteenStepsWhoseValuesAreReadAgain(DType dtype) {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<PointwiseStep> steps = new ArrayList<>();
            for (int last = INPUTS - 1; steps.size() < 16; last++) {
                int other = random.nextInt(last + 1);
                steps.add(
                        random.nextInt(3) == 0
                                ? unary(UNARY.get(random.nextInt(UNARY.size())), dtype, last)
                                : binary(
                                        BINARY.get(random.nextInt(BINARY.size())),
                                        dtype,
                                        last,
                                        other));
            }
            check(dtype, steps);
        }
    }

    private static PointwiseStep unary(UnaryOp op, DType dtype, int self) {
        return new PointwiseStep.Unary(op, dtype, self);
    }

    /** A sum of f32 is a whole operator in programs, with a factor of 1. */
    private static PointwiseStep binary(BinaryOp op, DType dtype, int self, int other) {
        return op == BinaryOp.ADD && dtype == DType.F32
                ? new PointwiseStep.Whole(
                        "add.Tensor",
                        new AddTensorAttributes(Scalar.of(1)),
                        dtype,
                        dtype,
                        List.of(self, other))
                : new PointwiseStep.Binary(op, dtype, self, other);
    }

    /** Steps after three loads. */
    private static void check(DType dtype, List<PointwiseStep> after) {
        List<PointwiseStep> steps =
                Stream.concat(
                                IntStream.range(0, INPUTS)
                                        .mapToObj(i -> new PointwiseStep.Load(i, dtype)),
                                after.stream())
                        .toList();
        int result = steps.size() - 1;
        ChainGroups groups = new ChainGroups(new PointwiseProgram(steps, List.of(result)));
        List<Integer> members = groups.members(result);
        assertTrue(members.size() > 1, members::toString);
        BlockStep loop = ChainLoop.of(steps, members, groups.reads(members));
        for (int size : Corners.sizes(FloatVector.SPECIES_PREFERRED)) {
            check(dtype, steps, loop, size);
        }
    }

    private static void check(DType dtype, List<PointwiseStep> steps, BlockStep loop, int size) {
        try (KernelFixture memory = new KernelFixture(1)) {
            long[] at = new long[steps.size()];
            long[] step = new long[steps.size()];
            Arrays.fill(step, 1);
            for (int i = 0; i < INPUTS; i++) {
                int other = 4 * i;
                // An odd element in front: rows need not be aligned.
                at[i] =
                        dtype == DType.F32
                                ? memory.floats(size + 1, e -> Corners.at(e, other)) + Float.BYTES
                                : memory.doubles(size + 1, e -> Corners.at(e, other))
                                        + Double.BYTES;
            }
            int result = steps.size() - 1;
            at[result] = memory.allocate((long) dtype.itemSize() * size);
            loop.run(at, step, size);
            for (int e = 0; e < size; e++) {
                double expected = element(steps, dtype, at, e);
                double actual = number(dtype, at[result], e);
                int element = e;
                assertTrue(
                        Corners.same(expected, actual),
                        () -> steps + " of element " + element + " of " + size + ": " + actual);
            }
        }
    }

    private static double element(List<PointwiseStep> steps, DType dtype, long[] at, int e) {
        double[] values = new double[steps.size()];
        for (int v = 0; v < values.length; v++) {
            double exact =
                    switch (steps.get(v)) {
                        case PointwiseStep.Load load -> number(dtype, at[load.input()], e);
                        case PointwiseStep.Unary u -> of(u.opcode(), values[u.self()]);
                        case PointwiseStep.Binary b ->
                                of(b.opcode(), values[b.self()], values[b.other()]);
                        default -> {
                            List<Integer> operands = steps.get(v).operands();
                            yield values[operands.get(0)] + values[operands.get(1)];
                        }
                    };
            values[v] = dtype == DType.F32 ? (float) exact : exact;
        }
        return values[values.length - 1];
    }

    private static double number(DType dtype, long at, int e) {
        return dtype == DType.F32 ? KernelFixture.getFloat(at, e) : KernelFixture.getDouble(at, e);
    }

    private static double of(UnaryOp op, double x) {
        return switch (op) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SQRT -> Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            default -> x > 0 || Double.isNaN(x) ? x : 0;
        };
    }

    private static double of(BinaryOp op, double x, double y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MAXIMUM -> Math.max(x, y);
            default -> Math.min(x, y);
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "I32", "I64", "BOOL", "F64"})
    void onlySingleOperationsOfF32AndF64AreJoined(DType dtype) {
        boolean joined = dtype == DType.F64;
        PointwiseStep product = new PointwiseStep.Binary(BinaryOp.MUL, dtype, 0, 0);
        PointwiseStep root = new PointwiseStep.Unary(UnaryOp.NEG, dtype, 1);
        PointwiseStep power = new PointwiseStep.Unary(UnaryOp.EXP, dtype, 1);
        PointwiseStep load = new PointwiseStep.Load(0, dtype);
        List<Integer> last = List.of(2);
        assertEquals(
                joined,
                new ChainGroups(new PointwiseProgram(List.of(load, product, root), last)).isAny());
        assertEquals(
                false,
                new ChainGroups(new PointwiseProgram(List.of(load, product, power), last)).isAny());
    }
}
