// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.FallbackPolicy;
import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import dev.keyway.operator.Lowering;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/**
 * The leaf of a call: meta, then the slot for device and compute dtype, then kernel, composite or
 * fallback. One object per operator.
 */
final class DenseDispatch {
    private final KeywayRuntime runtime;
    private final OperatorImpl operator;
    private final OperatorDefinition definition;
    private final @Nullable Lowering lowering;
    private final BoxedDispatch boxed;
    private final CompositeRunner composites;

    DenseDispatch(KeywayRuntime runtime, OperatorImpl operator) {
        this.runtime = runtime;
        this.operator = operator;
        this.definition = operator.definition();
        this.lowering = definition.lowering();
        this.boxed = new BoxedDispatch(runtime, operator);
        this.composites = new CompositeRunner(runtime, operator);
    }

    /** A call with one result and up to three tensor arguments. */
    Tensor call(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            int count,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b,
            @Nullable TensorImpl c) {
        state.enter();
        try {
            device.checkOpen();
            TensorImpl x = a == null ? null : arrive(a, device);
            TensorImpl y = b == null ? null : arrive(b, device);
            TensorImpl z = c == null ? null : arrive(c, device);
            MetaContextImpl meta = state.meta;
            meta.begin(operator, attributes, device, count, x, y, z);
            definition.meta().infer(meta);
            DType compute = compute(meta);
            if (meta.aliasOf >= 0 && (out == null || definition.composite() == null)) {
                return view(state, count == 1 ? x : meta.aliasOf == 0 ? x : y);
            }
            Shortcuts shortcuts = operator.shortcuts();
            int generation = shortcuts == null ? 0 : shortcuts.generation();
            Slot slot = operator.slot(device, compute);
            Observers observers = runtime.observers();
            if (!observers.any()) {
                return serve(state, generation, slot, attributes, out, device, count, x, y, z);
            }
            observers.before(operator, device, compute);
            try {
                return serve(state, generation, slot, attributes, out, device, count, x, y, z);
            } finally {
                observers.after(operator, device, compute);
            }
        } catch (ArithmeticException e) {
            throw new ArgumentException(operator + ": " + e.getMessage(), e);
        } finally {
            state.exit();
        }
    }

    private DType compute(MetaContextImpl meta) {
        DType compute = meta.compute;
        if (compute == null) {
            throw new IllegalStateException(operator + ": the meta function set no compute dtype");
        }
        return compute;
    }

    private Tensor serve(
            ThreadState state,
            int generation,
            Slot resolved,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            int count,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        Slot slot = resolved.serving(attributes);
        Fusion fusion = state.fusion();
        if (fusion != null) {
            Tensor later = fusion.put(operator, slot, attributes, out, device, x, y, z);
            if (later != null) {
                return later;
            }
        } else if (!runtime.observers().any() && converts(state.meta, x, y, z)) {
            Tensor whole = Fusion.alone(state, operator, slot, attributes, out, device, x, y, z);
            if (whole != null) {
                return whole;
            }
        }
        boolean kernel = slot.kind() == Slot.Kind.OPERATOR || slot.kind() == Slot.Kind.LOWERED;
        if (kernel && !slot.boxed() && state.meta.bounded == 0) {
            boolean lowered = slot.kind() == Slot.Kind.LOWERED;
            return kernel(state, generation, slot, lowered, attributes, out, device, x, y, z);
        }
        @Nullable TensorImpl[] inputs = state.lists.of(count, x, y, z);
        Tensor[] results =
                kernel
                        ? several(state, slot, attributes, out, device, inputs)
                        : other(state, slot, attributes, out, device, inputs);
        return first(state, inputs, results);
    }

    /** The result of a call that is over, whose lists nobody else has any more. */
    private Tensor first(ThreadState state, @Nullable TensorImpl[] inputs, Tensor[] results) {
        Tensor first = results[0];
        for (int i = 1; i < results.length; i++) {
            results[i].close();
        }
        if (isOwn()) {
            state.lists.give(inputs);
            if (results instanceof TensorImpl[] list) {
                state.lists.give(list);
            }
        }
        return first;
    }

    /** Keyway's own operators keep no list; a plugin's might. */
    private boolean isOwn() {
        return operator.plugin() == null;
    }

    /** A kernel that is called in the boxed form, whose result is then copied to {@code out}. */
    private Tensor[] several(
            ThreadState state,
            Slot slot,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable Tensor[] inputs) {
        Tensor[] results = boxed.run(state, slot, attributes, device, inputs);
        return out == null ? results : into(state, out, results, null);
    }

    private Tensor kernel(
            ThreadState state,
            int generation,
            Slot slot,
            boolean lowered,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        MetaContextImpl meta = state.meta;
        DType compute = compute(meta);
        DType outputDType = meta.outputDType(0);
        long[] sizes = meta.outputSizes(0);
        boolean expand = lowered || meta.broadcast;
        TensorImpl second = y;
        if (lowered && lowering != null && lowering.scalar() != null) {
            second = device.scalars().get(lowering.scalar().apply(attributes), compute);
        }
        DType kernelDType = kernelDType(lowered, compute, outputDType);
        boolean may = out == null || ChannelsLast.lies(out.sizes, out.strides);
        boolean flat =
                may
                        && lowering != null
                        && ChannelsLast.areFlat(slot.layout(), sizes, x, second, z)
                        && !converts(meta, x, second, z);
        boolean last = flat || may && ChannelsLast.takes(slot.layout(), x, sizes);
        TensorImpl target =
                out == null
                        ? runtime.allocate(device, kernelDType, sizes, x, last)
                        : target(out, kernelDType, sizes, slot.layout(), last, x, second, z);
        try {
            boolean simple =
                    fits(x, 0, compute, slot, expand, sizes, last)
                            && fits(second, 1, compute, slot, expand, sizes, false)
                            && fits(z, 2, compute, slot, expand, sizes, false);
            Kernel kernel = java.util.Objects.requireNonNull(slot.kernel());
            if (target.numel > 0 && flat) {
                ChannelsLast.invoke(state, kernel, attributes, target, x, second, z);
            } else if (target.numel > 0 && simple) {
                PrimitiveRunner.invoke(state, kernel, attributes, target, x, second, z);
                learn(generation, slot, device, attributes, target, outputDType, x, second, z);
            } else if (target.numel > 0) {
                try (Adapted adapted =
                        state.takeAdapted(runtime).begin(slot.layout(), expand ? sizes : null)) {
                    TensorImpl i = adapted.adaptFirst(x, keeps(0) ? null : compute, last);
                    TensorImpl j = adapted.adapt(second, keeps(1) ? null : compute);
                    TensorImpl k = adapted.adapt(z, keeps(2) ? null : compute);
                    PrimitiveRunner.invoke(state, kernel, attributes, target, i, j, k);
                }
            }
            return finish(state, target, out, outputDType);
        } catch (RuntimeException | Error e) {
            if (target != out) {
                target.close();
            } else {
                target.bumpVersion(); // part of it may be written
            }
            throw e;
        }
    }

    private void learn(
            int generation,
            Slot slot,
            DeviceImpl device,
            Attributes attributes,
            TensorImpl target,
            DType outputDType,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        Shortcuts shortcuts = operator.shortcuts();
        Kernel kernel = slot.kernel();
        if (shortcuts != null
                && kernel != null
                && target.dtype == outputDType
                && x != null
                && z == null
                && java.util.Arrays.equals(x.sizes, target.sizes)) {
            shortcuts.learn(
                    generation, device, attributes, x, y, outputDType, slot.layout(), kernel);
        }
    }

    private boolean fits(
            @Nullable TensorImpl tensor,
            int index,
            DType compute,
            Slot slot,
            boolean expand,
            long[] sizes,
            boolean last) {
        return tensor == null
                || (tensor.dtype == compute || keeps(index))
                        && (last || tensor.contiguous || slot.layout() == Layout.STRIDED)
                        && (!expand
                                || tensor.sizes == sizes
                                || java.util.Arrays.equals(tensor.sizes, sizes));
    }

    /** Whether an operand or the result is of another dtype than the kernel computes in. */
    private boolean converts(
            MetaContextImpl meta,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        DType compute = compute(meta);
        return x != null && x.dtype != compute && !keeps(0)
                || y != null && y.dtype != compute && !keeps(1)
                || z != null && z.dtype != compute && !keeps(2);
    }

    private boolean keeps(int input) {
        return (definition.keepInputs() & (1 << input)) != 0;
    }

    private DType kernelDType(boolean lowered, DType compute, DType output) {
        if (lowered && lowering != null && lowering.opcode() instanceof CompareOp) {
            return DType.BOOL;
        }
        return lowered ? compute : kernelDType(compute, output);
    }

    /** Half-precision and small-integer results are computed wide and narrowed. */
    static DType kernelDType(DType compute, DType output) {
        boolean half = compute == DType.F32 && output.isFloating() && output.itemSize() == 2;
        boolean narrow = compute == DType.I32 && output.isIntegral() && output.itemSize() < 4;
        return half || narrow ? compute : output;
    }

    /** {@code out} itself where the kernel can write to it, else a temporary. */
    private TensorImpl target(
            TensorImpl out,
            DType kernelDType,
            long[] sizes,
            Layout layout,
            boolean last,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        OutChecks.check(operator, out, sizes, kernelDType);
        boolean direct =
                out.dtype == kernelDType
                        && (last || out.contiguous || layout == Layout.STRIDED)
                        && OutChecks.sameOrApart(out, x)
                        && OutChecks.sameOrApart(out, y)
                        && OutChecks.sameOrApart(out, z)
                        && (lowering != null || OutChecks.apart(out, x, y, z));
        return direct ? out : runtime.allocate(out.deviceImpl(), kernelDType, sizes, null, last);
    }

    /** Narrows, or copies the temporary into {@code out}; counts the change. */
    private TensorImpl finish(
            ThreadState state, TensorImpl target, @Nullable TensorImpl out, DType outputDType) {
        if (out == null) {
            if (target.dtype == outputDType) {
                return target;
            }
            TensorImpl narrowed = runtime.adaptation.convert(state, target, outputDType);
            target.close();
            return narrowed;
        }
        if (target != out) {
            runtime.primitives.copy(state, out, target);
            target.close();
        }
        out.bumpVersion();
        return out;
    }

    /** A call in the boxed form for its first result alone; the arguments are a list of ours. */
    Tensor callFirst(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable TensorImpl[] given) {
        return first(state, given, callBoxed(state, attributes, out, given));
    }

    /** A call with several results, many or absent arguments. */
    Tensor[] callBoxed(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] given) {
        DeviceImpl device = BoxedDispatch.device(operator, given);
        state.enter();
        try {
            device.checkOpen();
            @Nullable Tensor[] inputs = arrived(given, device);
            MetaContextImpl meta = state.meta;
            meta.beginBoxed(operator, attributes, device, inputs);
            definition.meta().infer(meta);
            DType compute = compute(meta);
            Slot slot = operator.slot(device, compute);
            runtime.observers().before(operator, device, compute);
            try {
                return slot.kind() == Slot.Kind.OPERATOR && takes(slot, inputs)
                        ? several(state, slot, attributes, out, device, inputs)
                        : other(state, slot, attributes, out, device, inputs);
            } finally {
                runtime.observers().after(operator, device, compute);
            }
        } catch (ArithmeticException e) {
            throw new ArgumentException(operator + ": " + e.getMessage(), e);
        } finally {
            state.exit();
        }
    }

    /** Kernels without lists take an absent third tensor, but no absent second one. */
    private static boolean takes(Slot slot, @Nullable Tensor[] inputs) {
        return slot.kernel() instanceof KernelN || inputs.length < 2 || inputs[1] != null;
    }

    /** The caller's list where no tensor changes; a plugin's operator gets one of its own. */
    private @Nullable Tensor[] arrived(@Nullable Tensor[] given, DeviceImpl device) {
        @Nullable Tensor[] inputs = operator.plugin() == null ? given : given.clone();
        for (int i = 0; i < given.length; i++) {
            Tensor from = given[i];
            TensorImpl there = from == null ? null : arrive((TensorImpl) from, device);
            if (there != from) {
                inputs = inputs == given ? given.clone() : inputs;
                inputs[i] = there;
            }
        }
        return inputs;
    }

    /** The composite of the operator with whatever layers are active. */
    Tensor[] decompose(ThreadState state, Attributes attributes, @Nullable Tensor[] inputs) {
        DeviceImpl device = BoxedDispatch.device(operator, inputs);
        state.enter();
        try {
            operator.checkThere();
            MetaContextImpl meta = state.meta;
            meta.beginBoxed(operator, attributes, device, inputs);
            definition.meta().infer(meta);
            Composite composite = java.util.Objects.requireNonNull(definition.composite());
            return composites.run(state, composite, attributes, device, inputs);
        } finally {
            state.exit();
        }
    }

    private Tensor[] other(
            ThreadState state,
            Slot slot,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable Tensor[] inputs) {
        Composite composite = slot.composite();
        if (slot.kind() == Slot.Kind.GONE) {
            throw new dev.keyway.PluginException(operator + ": " + slot.reason());
        }
        if (composite == null || needsItself(slot, attributes, state.meta)) {
            String why = "it has neither kernel nor composite";
            DType dtype = compute(state.meta);
            return runtime.fallback.call(
                    state, operator, attributes, out, device, dtype, inputs, why);
        }
        // The size of a bounded result is known only when it is there.
        if (out != null && (state.meta.bounded & 1) == 0) {
            OutChecks.check(operator, out, state.meta.outputSizes(0), state.meta.outputDType(0));
        }
        DType compute = compute(state.meta);
        Tensor[] results;
        try {
            results = composites.run(state, composite, attributes, device, inputs);
        } catch (MissingPrimitiveException e) {
            if (state.fallback == FallbackPolicy.DENY) {
                throw e;
            }
            String why = "its composite needs a primitive that is missing";
            return runtime.fallback.call(
                    state, operator, attributes, out, device, compute, inputs, why);
        }
        return out == null
                ? results
                : into(state, out, results, inputs.length == 0 ? null : inputs[0]);
    }

    /**
     * Where the operator should be a primitive, as add with alpha 1, its composite calls itself.
     */
    private boolean needsItself(Slot slot, Attributes attributes, MetaContextImpl meta) {
        return slot.kind() == Slot.Kind.COMPOSITE
                && lowering != null
                && lowering.when() != null
                && lowering.when().test(attributes)
                && lowering.isDefinedFor(compute(meta));
    }

    /** Copies the only result into {@code out} and counts the change. */
    private Tensor[] into(
            ThreadState state, TensorImpl out, Tensor[] results, @Nullable Tensor notToClose) {
        TensorImpl result = (TensorImpl) results[0];
        if (result != out) {
            try {
                OutChecks.check(operator, out, result.sizes, result.dtype);
                runtime.primitives.copy(state, out, result);
            } finally {
                if (result != notToClose) {
                    result.close();
                }
            }
        }
        out.bumpVersion();
        return state.lists.of(out);
    }

    private Tensor view(ThreadState state, @Nullable TensorImpl of) {
        MetaContextImpl meta = state.meta;
        if (of == null) {
            throw new IllegalStateException(operator + ": view of an absent argument");
        }
        TensorImpl viewOf = definition.differentiable() == 0 ? null : of;
        TensorImpl view =
                of.alias(meta.outputSizes(0), meta.aliasStrides, meta.aliasOffset, viewOf);
        state.made.add(view);
        return view;
    }

    /** Checks runtime, handle and device; numbers on the host come along to the device. */
    private TensorImpl arrive(TensorImpl tensor, DeviceImpl device) {
        tensor.checkOpen();
        if (tensor.storage.device == device) {
            return tensor;
        }
        return BoxedDispatch.move(operator, tensor, device);
    }
}
