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
import java.util.Objects;
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
     * @param refused bits of {@link TensorImpl#form} that the kernel does not take
     * @param unary the kernel of one tensor
     * @param binary the kernel of two tensors of one dtype and shape
     */
    private record Plan(
            Attributes attributes,
            DType result,
            int refused,
            @Nullable Kernel1 unary,
            @Nullable Kernel2 binary) {
        Kernel kernel() {
            return unary != null ? unary : Objects.requireNonNull(binary);
        }
    }

    /** A call with one tensor, or null when it takes the long way. */
    @Nullable TensorImpl call(
            ThreadState state, Attributes attributes, @Nullable TensorImpl out, TensorImpl a) {
        long entered = state.enterShort();
        TensorImpl target = out;
        Plan plan = null;
        try {
            plan = plan(a);
            if (plan == null
                    || plan.unary == null
                    || plan.attributes != attributes
                    || (a.form & plan.refused) != 0
                    || (a.seemsClosed() | isUnusual(state, a.device))
                    || out != null && !fits(plan, out, a)) {
                state.exitShort(entered);
                return null;
            }
            target = out == null ? target(state, plan, a) : out;
            use(state, target, a);
            plan.unary.run(prepare(state, plan, a.device), target, a);
            return done(state, entered, target, out);
        } catch (Throwable e) { // a plugin's kernel may throw what it does not declare
            throw failed(state, entered, plan, e, target, out);
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
        TensorImpl target = out;
        Plan plan = null;
        try {
            plan = plan(a);
            if (plan == null
                    || plan.binary == null
                    || plan.attributes != attributes
                    || ((a.form | b.form) & plan.refused) != 0
                    || (a.seemsClosed() | b.seemsClosed() | isUnusual(state, a.device))
                    || !b.isLike(a)
                    || out != null && !(fits(plan, out, a) && OutChecks.sameOrApart(out, b))) {
                state.exitShort(entered);
                return null;
            }
            target = out == null ? target(state, plan, a) : out;
            use(state, target, a);
            b.storage.useShort(state.thread);
            plan.binary.run(prepare(state, plan, a.device), target, a, b);
            return done(state, entered, target, out);
        } catch (Throwable e) { // a plugin's kernel may throw what it does not declare
            throw failed(state, entered, plan, e, target, out);
        }
    }

    private @Nullable Plan plan(TensorImpl a) {
        @Nullable Plan[] table = plans;
        int index = a.slot;
        return index < table.length ? table[index] : null;
    }

    /** No branches: each one that C2 expects to go one way only is code that makes this longer. */
    private boolean isUnusual(ThreadState state, DeviceImpl device) {
        return device.isGone() | state.isUnusual() | observers.any();
    }

    private static boolean fits(Plan plan, TensorImpl out, TensorImpl a) {
        return out.dtype == plan.result
                && out.form == TensorImpl.CONTIGUOUS
                && (out == a
                        || out.device == a.device
                                && Shapes.same(out.sizes, a.sizes)
                                && !out.seemsClosed()
                                && OutChecks.sameOrApart(out, a));
    }

    private static TensorImpl target(ThreadState state, Plan plan, TensorImpl a) {
        DeviceImpl device = a.device;
        TensorImpl target =
                KeywayRuntime.allocate(device, device.defaultStream(), plan.result, a.sizes, a);
        state.made.add(target);
        return target;
    }

    private static void use(ThreadState state, TensorImpl target, TensorImpl a) {
        a.storage.useShort(state.thread);
        if (target != a) {
            target.storage.useShort(state.thread);
        }
    }

    private KernelCall prepare(ThreadState state, Plan plan, DeviceImpl device) {
        return state.call.prepareShort(plan.attributes, device.defaultStream(), number);
    }

    private static TensorImpl done(
            ThreadState state, long entered, TensorImpl target, @Nullable TensorImpl out) {
        state.call.end();
        if (out != null) {
            out.bumpVersion();
        }
        state.exitShort(entered);
        return target;
    }

    /** Ends the call and closes a new result; returns what to throw, as {@link DenseDispatch}. */
    private RuntimeException failed(
            ThreadState state,
            long entered,
            @Nullable Plan plan,
            Throwable e,
            @Nullable TensorImpl target,
            @Nullable TensorImpl out) {
        state.call.end();
        try {
            if (target == null || plan == null) {
                return rethrow(e); // before there was a result, or a kernel
            }
            if (target != out) {
                target.close();
            } else {
                target.bumpVersion(); // part of it may be written
            }
            return explained(plan.kernel(), target.device, e);
        } finally {
            state.exitShort(entered);
        }
    }

    private RuntimeException explained(Kernel kernel, DeviceImpl device, Throwable e) {
        return switch (e) {
            case ArithmeticException wrong ->
                    new ArgumentException(operator + ": " + wrong.getMessage(), wrong);
            case KeywayException ours -> ours;
            case RuntimeException _, LinkageError _ ->
                    device.backend().kernels().failed(kernel, operator.toString(), device, e);
            default -> rethrow(e);
        };
    }

    /** Throws it as it is, checked or not, as the long way does. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException rethrow(Throwable e) throws E {
        throw (E) e;
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
            int index = a.slot;
            @Nullable Plan[] copy = Arrays.copyOf(plans, Math.max(plans.length, index + 1));
            copy[index] =
                    new Plan(
                            attributes,
                            result,
                            layout == Layout.STRIDED
                                    ? TensorImpl.EMPTY | TensorImpl.CHANNELS_LAST
                                    : ~0,
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
        int index = device.slot(dtype);
        return index < table.length && table[index] != null;
    }

    /** Forgets everything. */
    synchronized void invalidate() {
        generation++;
        plans = NONE;
    }
}
