// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static dev.keyway.conformance.fault.Mutant.chains;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Mistakes in what computes chains of pointwise operators; the single kernels are right. */
final class FusionMutants {
    private static final String EACH = "each pointwise operator";
    private static final String SIZES = "chains of all sizes";

    private FusionMutants() {}

    static List<Mutant> all() {
        return List.of(
                chains(
                        "what computes chains takes no operator",
                        right -> new Changed(right, FusedKernels::create, false),
                        "chains are computed together"),
                chains("a chain's kernel is kept without its opcodes", FusionMutants::stale, EACH),
                chains("the tail of a chain is dropped", after(FusionMutants::dropTail), SIZES),
                chains(
                        "a half is not rounded between two operators of a chain",
                        program(FusionMutants::unrounded),
                        SIZES),
                chains(
                        "a chain converts bytes as if they had a sign",
                        program(FusionMutants::signed),
                        "chains of mixed dtypes"),
                chains(
                        "a chain takes its inputs for dense",
                        FusionMutants::dense,
                        "chains of views"),
                chains(
                        "only a chain's last result is written",
                        after(FusionMutants::dropFirst),
                        "chains with several results"),
                chains(
                        "a product is contracted with the sum behind it",
                        after(FusionMutants::contract),
                        "chains with several results"));
    }

    /** Other kernels, or none. */
    private record Changed(
            FusedKernels right,
            BiFunction<FusedKernels, PointwiseProgram, KernelN> factory,
            boolean takesAny)
            implements FusedKernels {
        @Override
        public boolean takes(PointwiseStep step) {
            return takesAny && right.takes(step);
        }

        @Override
        public long smallest() {
            return right.smallest();
        }

        @Override
        public KernelN create(PointwiseProgram program) {
            return factory.apply(right, program);
        }
    }

    /** What a wrong kernel does when the right one has run. */
    private interface After {
        void run(PointwiseProgram program, Tensor[] out, @Nullable Tensor[] in);
    }

    private static UnaryOperator<FusedKernels> created(
            BiFunction<FusedKernels, PointwiseProgram, KernelN> factory) {
        return right -> new Changed(right, factory, true);
    }

    private static UnaryOperator<FusedKernels> after(After after) {
        return created(
                (right, program) -> {
                    KernelN kernel = right.create(program);
                    return (call, out, in) -> {
                        kernel.run(call, out, in);
                        after.run(program, out, in);
                    };
                });
    }

    private static UnaryOperator<FusedKernels> program(UnaryOperator<PointwiseProgram> change) {
        return created((right, program) -> right.create(change.apply(program)));
    }

    private static FusedKernels stale(FusedKernels right) {
        Map<List<Object>, KernelN> kernels = new ConcurrentHashMap<>();
        return new Changed(
                right,
                (factory, program) ->
                        kernels.computeIfAbsent(key(program), _ -> factory.create(program)),
                true);
    }

    private static List<Object> key(PointwiseProgram program) {
        List<Object> key = new ArrayList<>(program.outputs());
        for (PointwiseStep step : program.steps()) {
            key.add(
                    step instanceof PointwiseStep.Binary binary
                            ? List.of(binary.result(), binary.self(), binary.other())
                            : step);
        }
        return key;
    }

    private static void dropTail(PointwiseProgram program, Tensor[] out, @Nullable Tensor[] in) {
        for (Tensor result : out) {
            Elements elements = new Elements(result);
            for (long i = result.numel() / 8 * 8; i < result.numel(); i++) {
                elements.setDouble(i, 0);
            }
        }
    }

    private static void dropFirst(PointwiseProgram program, Tensor[] out, @Nullable Tensor[] in) {
        for (int i = 0; i < out.length - 1; i++) {
            Elements elements = new Elements(out[i]);
            for (long j = 0; j < out[i].numel(); j++) {
                elements.setDouble(j, 0);
            }
        }
    }

    private static FusedKernels dense(FusedKernels right) {
        return new Changed(
                right,
                (factory, program) -> {
                    KernelN kernel = factory.create(program);
                    return (call, out, in) ->
                            Fault.STRIDES.run(
                                    (o, dense) -> run(kernel, call, out, dense),
                                    out[0],
                                    Arrays.asList(in));
                },
                true);
    }

    private static void run(
            KernelN kernel, KernelCall call, Tensor[] out, List<@Nullable Tensor> in) {
        kernel.run(call, out, in.toArray(new @Nullable Tensor[0]));
    }

    /** A half that a later step reads in f32 stays as it was in f32. */
    private static PointwiseProgram unrounded(PointwiseProgram program) {
        List<PointwiseStep> steps = new ArrayList<>();
        for (PointwiseStep step : program.steps()) {
            boolean back =
                    step instanceof PointwiseStep.Cast c
                            && c.result() == DType.F32
                            && steps.get(c.self()) instanceof PointwiseStep.Cast half
                            && half.from() == DType.F32
                            && half.result() == DType.F16;
            PointwiseStep source = back ? steps.get(step.operands().getFirst()) : step;
            steps.add(back ? copy(source.operands().getFirst()) : step);
        }
        return new PointwiseProgram(steps, program.outputs());
    }

    private static PointwiseProgram signed(PointwiseProgram program) {
        List<PointwiseStep> steps = new ArrayList<>();
        for (PointwiseStep step : program.steps()) {
            boolean bytes =
                    step instanceof PointwiseStep.Cast c
                            && c.from() == DType.U8
                            && c.result() == DType.F32;
            int operand = bytes ? step.operands().getFirst() : 0;
            steps.add(bytes ? new PointwiseStep.Cast(DType.I8, DType.F32, operand) : step);
        }
        return new PointwiseProgram(steps, program.outputs());
    }

    /** The value itself: all that it is not less than, and it is less than no other. */
    private static PointwiseStep copy(int value) {
        return new PointwiseStep.Binary(BinaryOp.MAXIMUM, DType.F32, value, value);
    }

    /** Where a result is x * y + z of inputs; the CPU has a kernel of its own for the sum. */
    private static void contract(PointwiseProgram program, Tensor[] out, @Nullable Tensor[] in) {
        for (int i = 0; i < out.length; i++) {
            List<PointwiseStep> steps = program.steps();
            if (steps.get(program.outputs().get(i)) instanceof PointwiseStep.Whole sum
                    && sum.operator().equals("add.Tensor")
                    && sum.result() == DType.F32
                    && steps.get(sum.operands().get(0)) instanceof PointwiseStep.Binary product
                    && product.opcode() == BinaryOp.MUL
                    && steps.get(product.self()) instanceof PointwiseStep.Load x
                    && steps.get(product.other()) instanceof PointwiseStep.Load y
                    && steps.get(sum.operands().get(1)) instanceof PointwiseStep.Load z) {
                contract(out[i], Inputs.of(in), x.input(), y.input(), z.input());
            }
        }
    }

    private static void contract(Tensor out, Inputs in, int x, int y, int z) {
        Elements target = new Elements(out);
        double[] a = new Elements(in.get(x)).doubles();
        double[] b = new Elements(in.get(y)).doubles();
        double[] c = new Elements(in.get(z)).doubles();
        for (int i = 0; i < a.length; i++) {
            target.setDouble(i, Math.fma((float) a[i], (float) b[i], (float) c[i]));
        }
    }
}
