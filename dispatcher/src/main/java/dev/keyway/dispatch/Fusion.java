// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.Lowering;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link dev.keyway.Keyway#fuse}: which operators are put off, and until when. What was
 * put off is computed before any other kernel of the thread runs, so that kernels read and write in
 * the order of the code. ADR 0018 has the argument.
 */
final class Fusion {
    /** Steps of a group, so that its values stay few enough for caches. */
    private static final int MOST = 64;

    private final ThreadState state;
    private @Nullable FusedGroup group;

    private Fusion(ThreadState state) {
        this.state = state;
    }

    static Tensor run(ThreadState state, Supplier<Tensor> code) {
        Fusion outer = state.fusion();
        Fusion fusion = outer == null ? new Fusion(state) : outer;
        state.fusion(fusion);
        int mark = state.made.begin();
        try {
            Tensor result = Objects.requireNonNull(code.get(), "fuse: the code returned null");
            ((TensorImpl) result).checkOpen();
            state.made.closeAllBut(mark, result);
            if (outer == null) {
                fusion.settle();
            }
            state.made.end(mark);
            return result;
        } catch (Throwable e) {
            state.made.fail(mark, e);
            if (outer == null) {
                fusion.settle(e);
            }
            throw e;
        } finally {
            state.fusion(outer);
        }
    }

    /**
     * One operator, outside of fuse, whose operands are converted: with the conversions it is a
     * chain, which reads and writes memory once. Null when it has to run step by step. Nobody
     * observes: observers are told of chains inside fuse alone.
     */
    static @Nullable TensorImpl alone(
            ThreadState state,
            OperatorImpl operator,
            Slot slot,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable TensorImpl... inputs) {
        Fusion chain = new Fusion(state);
        TensorImpl result = chain.put(operator, slot, attributes, out, device, inputs);
        FusedGroup current = chain.group;
        if (result == null || current == null) {
            return null;
        }
        try {
            current.compute();
            return result;
        } catch (RuntimeException | Error e) {
            if (result != out) {
                result.close();
            }
            throw e;
        }
    }

    /** Computes what was put off. */
    void settle() {
        FusedGroup current = group;
        group = null;
        if (current != null && !current.isDone()) {
            current.compute();
        }
    }

    /** The code failed; what it wrote to tensors that were there before is written all the same. */
    private void settle(Throwable error) {
        try {
            settle();
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    /** The result of an operator that is put off; null when it has to run now. */
    @Nullable TensorImpl put(
            OperatorImpl operator,
            Slot slot,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable TensorImpl... inputs) {
        MetaContextImpl meta = state.meta;
        KernelLayer layer = slot.layer();
        FusedKernels kernels = layer == null ? null : layer.fused();
        if (layer == null || kernels == null || refusal(operator, slot, device, inputs) != null) {
            return null;
        }
        if (out != null) {
            out.checkOpen();
        }
        long[] sizes = meta.outputSizes(0);
        DType result = meta.outputDType(0);
        FusedGroup into = group(layer, kernels, device, sizes, inputs);
        if (out != null && !isOurs(out, result, into) && !canTake(out, result, into, inputs)) {
            return null;
        }
        int mark = into.size();
        int value = append(into, operator, slot, attributes, device, inputs);
        value = value < 0 ? value : into.cast(value, result);
        if (value < 0) {
            into.truncate(mark);
            return null;
        }
        if (out != null) {
            into.put(operator, out, value);
            out.bumpVersion();
            return out;
        }
        long bytes = Math.multiplyExact(Shapes.numel(sizes), result.itemSize());
        StorageImpl later = new StorageImpl(device, bytes);
        long[] strides = Shapes.contiguousStrides(sizes);
        TensorImpl target = new TensorImpl(later, result, sizes, strides, 0, null);
        state.made.add(target);
        into.put(operator, target, value);
        return target;
    }

    /** Why the operator of the call whose meta function ran last runs by itself; null if not. */
    private @Nullable String refusal(
            OperatorImpl operator, Slot slot, DeviceImpl device, @Nullable TensorImpl[] inputs) {
        MetaContextImpl meta = state.meta;
        boolean lowered = slot.kind() == Slot.Kind.LOWERED;
        if (!lowered && slot.kind() != Slot.Kind.OPERATOR) {
            return "no kernel serves it";
        }
        FusedKernels kernels = slot.layer() == null ? null : slot.layer().fused();
        if (kernels == null) {
            return "the plugin whose kernel serves it computes no chains";
        }
        if (slot.boxed() || meta.bounded != 0 || inputs[0] == null) {
            return "it is not pointwise";
        }
        if (!lowered && !meta.broadcast && !areOfSize(inputs, meta.outputSizes(0))) {
            return "it is not pointwise";
        }
        Lowering lowering = operator.definition().lowering();
        if (lowered
                && lowering != null
                && canFail(lowering, Objects.requireNonNull(meta.compute))) {
            return "it can fail for some elements";
        }
        long numel = Shapes.numel(meta.outputSizes(0));
        return numel < Math.max(1, kernels.smallest()) ? "it has too few elements" : null;
    }

    private static boolean areOfSize(@Nullable TensorImpl[] inputs, long[] sizes) {
        for (TensorImpl input : inputs) {
            if (input != null && !Shapes.same(input.sizes, sizes)) {
                return false;
            }
        }
        return true;
    }

    /** Divisions by zero and negative powers of integers are errors. */
    private static boolean canFail(Lowering lowering, DType compute) {
        return !compute.isFloating()
                && lowering.opcode() instanceof BinaryOp opcode
                && switch (opcode) {
                    case FLOOR_DIVIDE, REMAINDER, POW, TRUNC_DIVIDE, FMOD -> true;
                    default -> false;
                };
    }

    /** The group that takes the operator; computes the one before when that can't. */
    private FusedGroup group(
            KernelLayer layer,
            FusedKernels kernels,
            DeviceImpl device,
            long[] sizes,
            @Nullable TensorImpl[] inputs) {
        StreamImpl stream = state.streamOf(device);
        FusedGroup current = group == null || group.isDone() ? null : group;
        if (current != null
                && !(current.layer == layer
                        && current.device == device
                        && current.stream == stream
                        && current.size() < MOST
                        && Shapes.same(current.sizes, sizes)
                        && canRead(current, inputs))) {
            settle();
            current = null;
        }
        if (current == null) {
            current = new FusedGroup(state, device, stream, layer, kernels, sizes);
            group = current;
        }
        return current;
    }

    /** Whether inputs that are still to be computed are taken as they are. */
    private static boolean canRead(FusedGroup of, @Nullable TensorImpl[] inputs) {
        for (TensorImpl input : inputs) {
            if (input != null && !canRead(of, input)) {
                return false;
            }
        }
        return true;
    }

    private static boolean canRead(FusedGroup of, TensorImpl input) {
        PutOff putOff = input.storage.putOff();
        return putOff == null || putOff.group == of && putOff.isAll(input);
    }

    /** Whether {@code out} is a result of the group, so that a later value can take its place. */
    private static boolean isOurs(TensorImpl out, DType result, FusedGroup group) {
        PutOff putOff = out.storage.putOff();
        return putOff != null
                && putOff.group == group
                && putOff.isAll(out)
                && out.dtype == result
                && Shapes.same(out.sizes, group.sizes);
    }

    /** Whether {@code out} is a whole tensor that was there before and that nothing here reads. */
    private static boolean canTake(
            TensorImpl out, DType result, FusedGroup group, @Nullable TensorImpl[] inputs) {
        StorageImpl storage = out.storage;
        boolean fits =
                storage.putOff() == null
                        && out.device == group.device
                        && out.dtype == result
                        && out.contiguous
                        && out.nbytes() == storage.nbytes()
                        && Shapes.same(out.sizes, group.sizes);
        for (TensorImpl input : inputs) {
            fits &= input == null || input.storage != storage;
        }
        return fits && !group.reads(storage);
    }

    /** Adds the operator's steps; -1 when the plugin's kernels lack one. */
    private int append(
            FusedGroup into,
            OperatorImpl operator,
            Slot slot,
            Attributes attributes,
            DeviceImpl device,
            @Nullable TensorImpl[] inputs) {
        DType compute = Objects.requireNonNull(state.meta.compute);
        boolean lowered = slot.kind() == Slot.Kind.LOWERED;
        Lowering lowering = operator.definition().lowering();
        int keeps = operator.definition().keepInputs();
        List<Integer> operands = new ArrayList<>(3);
        for (int i = 0; i < inputs.length; i++) {
            TensorImpl input = inputs[i];
            if (input == null) {
                break;
            }
            int value = into.value(input);
            value = value < 0 || (keeps & 1 << i) != 0 ? value : into.cast(value, compute);
            if (value < 0) {
                return value;
            }
            operands.add(value);
        }
        if (operands.size() != state.meta.inputCount()) {
            return -1; // an optional one is absent
        }
        if (!lowered) {
            DType written = DenseDispatch.kernelDType(compute, state.meta.outputDType(0));
            return into.add(
                    new PointwiseStep.Whole(
                            operator.toString(),
                            attributes,
                            compute,
                            written,
                            List.copyOf(operands)));
        }
        if (lowering != null && lowering.scalar() != null) {
            TensorImpl number = device.scalars().get(lowering.scalar().apply(attributes), compute);
            int value = into.value(number);
            if (value < 0) {
                return value;
            }
            operands.add(value);
        }
        return into.add(step(Objects.requireNonNull(lowering).opcode(), compute, operands));
    }

    private static PointwiseStep step(Object opcode, DType dtype, List<Integer> of) {
        return switch (opcode) {
            case UnaryOp op -> new PointwiseStep.Unary(op, dtype, of.get(0));
            case BinaryOp op -> new PointwiseStep.Binary(op, dtype, of.get(0), of.get(1));
            case CompareOp op -> new PointwiseStep.Compare(op, dtype, of.get(0), of.get(1));
            default -> new PointwiseStep.Where(dtype, of.get(0), of.get(1), of.get(2));
        };
    }

    /** A line for {@code explain}, of the call whose meta function ran last. */
    String explain(
            OperatorImpl operator,
            Slot slot,
            Attributes attributes,
            DeviceImpl device,
            Tensor[] of) {
        @Nullable TensorImpl[] inputs = new @Nullable TensorImpl[Math.max(of.length, 1)];
        for (int i = 0; i < of.length; i++) {
            inputs[i] = (TensorImpl) of[i];
        }
        String refusal = refusal(operator, slot, device, inputs);
        KernelLayer layer = slot.layer();
        FusedKernels kernels = layer == null ? null : layer.fused();
        if (refusal == null && layer != null && kernels != null) {
            long[] sizes = state.meta.outputSizes(0);
            DType result = state.meta.outputDType(0);
            StreamImpl stream = state.streamOf(device);
            settle();
            FusedGroup trial = new FusedGroup(state, device, stream, layer, kernels, sizes);
            int value = append(trial, operator, slot, attributes, device, inputs);
            value = value < 0 ? value : trial.cast(value, result);
            trial.truncate(0);
            refusal = value < 0 ? "the plugin's chains don't have it" : null;
        }
        return refusal == null
                ? "put off and computed with its neighbours"
                : "runs by itself, as " + refusal;
    }
}
