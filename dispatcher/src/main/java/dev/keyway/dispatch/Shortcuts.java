// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Layout;
import dev.keyway.spi.UnaryOp;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Repeated calls of one pointwise operator. Of such an operator the meta function's answer depends
 * on dtypes, attributes and whether shapes are equal; so what it said once holds for the next call
 * with equal dtypes, the same attributes object and equal shapes, and the kernel that served the
 * first serves that one too. Every other call, and everything unusual (adaptation, streams,
 * observers, an argument that is closed) takes the long way through {@link DenseDispatch}.
 */
final class Shortcuts {
    private static final Plan[] NONE = {};

    private final Observers observers;
    private final OperatorImpl operator;
    private final int number;

    /** At the device's row + dtype of the arguments; swapped whole. */
    private volatile @Nullable Plan[] plans = NONE;

    private Attributes seen = Attributes.NONE;
    private int generation;

    private Shortcuts(KeywayRuntime runtime, OperatorImpl operator) {
        this.observers = runtime.observers();
        this.operator = operator;
        this.number = runtime.operatorNames.add(operator.toString());
    }

    /** The shortcuts of a pointwise operator; null for any other. */
    static @Nullable Shortcuts of(KeywayRuntime runtime, OperatorImpl operator) {
        OperatorDefinition definition = operator.definition();
        boolean pointwise =
                definition.lowering() != null
                        && definition.lowering().scalar() == null
                        && isPointwise(definition.lowering().opcode())
                        && definition.keepInputs() == 0
                        && definition.schema().returns() == 1;
        return pointwise ? new Shortcuts(runtime, operator) : null;
    }

    private static boolean isPointwise(Object opcode) {
        return opcode instanceof UnaryOp
                || opcode instanceof BinaryOp
                || opcode instanceof CompareOp;
    }

    /**
     * What was learnt of one call.
     *
     * @param attributes the call's
     * @param result dtype of the result, which the kernel writes as it is
     * @param strided whether the kernel takes any strides
     * @param unary the kernel of one tensor
     * @param binary the kernel of two tensors of one dtype and shape
     */
    private record Plan(
            Attributes attributes,
            DType result,
            boolean strided,
            @Nullable Kernel1 unary,
            @Nullable Kernel2 binary) {}

    /** A call with one tensor, or null when it takes the long way. */
    @Nullable TensorImpl call(
            ThreadState state, Attributes attributes, @Nullable TensorImpl out, TensorImpl a) {
        long entered = state.enterShort();
        try {
            DeviceImpl device = a.device;
            Plan plan = plan(state, device, attributes, a);
            if (plan == null || plan.unary == null || out != null && !fits(plan, out, a, device)) {
                return null;
            }
            return run(state, plan.unary, plan, out == null ? target(state, plan, a) : out, out, a);
        } finally {
            state.exitShort(entered);
        }
    }

    /** A call with two tensors, or null when it takes the long way. */
    @Nullable TensorImpl call(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            TensorImpl a,
            TensorImpl b) {
        long entered = state.enterShort();
        try {
            DeviceImpl device = a.device;
            Plan plan = plan(state, device, attributes, a);
            if (plan == null
                    || plan.binary == null
                    || !matches(plan, b, a, device)
                    || b.dtype != a.dtype
                    || out != null
                            && !(fits(plan, out, a, device) && OutChecks.sameOrApart(out, b))) {
                return null;
            }
            return run(
                    state,
                    plan.binary,
                    plan,
                    out == null ? target(state, plan, a) : out,
                    out,
                    a,
                    b);
        } finally {
            state.exitShort(entered);
        }
    }

    private @Nullable Plan plan(
            ThreadState state, DeviceImpl device, Attributes attributes, TensorImpl a) {
        @Nullable Plan[] table = plans;
        int index = index(device, a.dtype);
        Plan plan = index < table.length ? table[index] : null;
        boolean holds =
                plan != null
                        && plan.attributes == attributes
                        && a.numel > 0
                        && (a.contiguous || plan.strided)
                        && !a.seemsClosed()
                        && !device.isGone()
                        && state.streams == null
                        && state.fusion == null
                        && observers.isEmpty();
        return holds ? plan : null;
    }

    private static int index(DeviceImpl device, DType dtype) {
        return device.row() + dtype.ordinal();
    }

    /** Whether the tensor is open, on the device, of the first one's shape and a layout to take. */
    private static boolean matches(Plan plan, TensorImpl tensor, TensorImpl a, DeviceImpl device) {
        return tensor.device == device
                && (tensor.contiguous || plan.strided)
                && Shapes.same(tensor.sizes, a.sizes)
                && !tensor.seemsClosed();
    }

    private static boolean fits(Plan plan, TensorImpl out, TensorImpl a, DeviceImpl device) {
        return out.dtype == plan.result
                && out.contiguous
                && (out == a || matches(plan, out, a, device) && OutChecks.sameOrApart(out, a));
    }

    private static TensorImpl target(ThreadState state, Plan plan, TensorImpl a) {
        DeviceImpl device = a.device;
        TensorImpl target =
                KeywayRuntime.allocate(device, device.defaultStream(), plan.result, a.sizes);
        state.made.add(target);
        return target;
    }

    private TensorImpl run(
            ThreadState state,
            Kernel1 kernel,
            Plan plan,
            TensorImpl target,
            @Nullable TensorImpl out,
            TensorImpl a) {
        try {
            a.storage.useShort(state.thread);
            if (target != a) {
                target.storage.useShort(state.thread);
            }
            kernel.run(prepare(state, plan, a.device), target, a);
        } catch (RuntimeException | Error e) {
            throw failed(kernel, e, target, out);
        } finally {
            state.call.end();
        }
        return done(target, out);
    }

    private TensorImpl run(
            ThreadState state,
            Kernel2 kernel,
            Plan plan,
            TensorImpl target,
            @Nullable TensorImpl out,
            TensorImpl a,
            TensorImpl b) {
        try {
            a.storage.useShort(state.thread);
            if (target != a) {
                target.storage.useShort(state.thread);
            }
            b.storage.useShort(state.thread);
            kernel.run(prepare(state, plan, a.device), target, a, b);
        } catch (RuntimeException | Error e) {
            throw failed(kernel, e, target, out);
        } finally {
            state.call.end();
        }
        return done(target, out);
    }

    private KernelCall prepare(ThreadState state, Plan plan, DeviceImpl device) {
        return state.call.prepareShort(plan.attributes, device.defaultStream(), number);
    }

    private static TensorImpl done(TensorImpl target, @Nullable TensorImpl out) {
        if (out != null) {
            out.bumpVersion();
        }
        return target;
    }

    /** Closes a new result; returns what to throw, as {@link DenseDispatch} would. */
    private RuntimeException failed(
            Kernel kernel, Throwable e, TensorImpl target, @Nullable TensorImpl out) {
        DeviceImpl device = target.device;
        if (target != out) {
            target.close();
        } else {
            target.bumpVersion(); // part of it may be written
        }
        return switch (e) {
            case ArithmeticException wrong ->
                    new ArgumentException(operator + ": " + wrong.getMessage(), wrong);
            case KeywayException ours -> ours;
            case RuntimeException _, LinkageError _ ->
                    device.backend().kernels().failed(kernel, operator.toString(), device, e);
            case Error error -> throw error;
            default -> throw new AssertionError(e);
        };
    }

    /** Read before a call's slot is looked up, for {@link #learn}. */
    synchronized int generation() {
        return generation;
    }

    /**
     * Remembers a call that needed no adaptation.
     *
     * @param since the generation when the slot was looked up; a later one means that it may be
     *     stale
     */
    synchronized void learn(
            int since,
            DeviceImpl device,
            Attributes attributes,
            TensorImpl a,
            @Nullable TensorImpl b,
            DType result,
            Layout layout,
            Kernel kernel) {
        boolean again = attributes == seen || attributes == Attributes.NONE;
        seen = attributes;
        boolean usable =
                again
                        && since == generation
                        && device.isSynchronous()
                        && isOurs(attributes)
                        && (b == null ? kernel instanceof Kernel1 : kernel instanceof Kernel2)
                        && (b == null || b.dtype == a.dtype && Arrays.equals(a.sizes, b.sizes));
        if (usable) {
            int index = index(device, a.dtype);
            @Nullable Plan[] copy = Arrays.copyOf(plans, Math.max(plans.length, index + 1));
            copy[index] =
                    new Plan(
                            attributes,
                            result,
                            layout == Layout.STRIDED,
                            kernel instanceof Kernel1 one ? one : null,
                            kernel instanceof Kernel2 two ? two : null);
            plans = copy;
        }
    }

    /** Attributes stay with the thread after the call: none that a plugin may have defined. */
    private static boolean isOurs(Attributes attributes) {
        return attributes.getClass().getClassLoader() == Attributes.class.getClassLoader();
    }

    /** Whether a call with tensors of this dtype on the device was remembered. */
    boolean knows(DeviceImpl device, DType dtype) {
        @Nullable Plan[] table = plans;
        int index = index(device, dtype);
        return index < table.length && table[index] != null;
    }

    /** Forgets everything. */
    synchronized void invalidate() {
        generation++;
        plans = NONE;
    }
}
