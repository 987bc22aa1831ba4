// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Operator;
import dev.keyway.PluginException;
import dev.keyway.Tensor;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.spi.PluginInfo;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operator of one runtime: its dispatch table and the walk through the layers. */
public final class OperatorImpl extends Operator {
    private final KeywayRuntime runtime;
    private final OperatorDefinition definition;
    private final DenseDispatch dense;
    private final @Nullable Shortcuts shortcuts;

    /** Whether the autograd layer does nothing but go on below itself. */
    private final boolean unrecorded;

    /** Whether only the boxed form can carry the arguments or results. */
    private final boolean boxedOnly;

    /** Bit mask of the tensor arguments that it changes in place. */
    private final long mutated;

    private static final int DTYPES = DType.values().length;

    /** At the device's row + dtype; swapped whole. A null slot is resolved when first needed. */
    private volatile @Nullable Slot[] slots = new @Nullable Slot[4 * DTYPES];

    private final @Nullable PluginInfo plugin;
    private volatile boolean gone;

    /** Of several versions of one plugin, the newest. */
    static final Comparator<OperatorImpl> NEWEST_FIRST =
            Comparator.comparing(OperatorImpl::version, Versions.NEWEST_FIRST);

    /** {@code plugin} is null for an operator of Keyway itself. */
    OperatorImpl(
            KeywayRuntime runtime, OperatorDefinition definition, @Nullable PluginInfo plugin) {
        this.runtime = runtime;
        this.definition = definition;
        this.plugin = plugin;
        this.dense = new DenseDispatch(runtime, this);
        this.shortcuts = Shortcuts.of(runtime, this);
        this.boxedOnly = boxedOnly(definition.schema());
        this.mutated = mutated(definition.schema());
        this.unrecorded =
                definition.isNotDifferentiable()
                        && (definition.gradient() != null || definition.composite() == null);
    }

    @Override
    public OperatorSchema schema() {
        return definition.schema();
    }

    @Override
    public OperatorDefinition definition() {
        return definition;
    }

    @Override
    public Tensor call(Attributes attributes, @Nullable Tensor out, Device device) {
        ThreadState state = runtime.threadState();
        if (out != null) {
            SeveralOut.check(this, state, out);
        }
        return dense.call(
                state, attributes, (TensorImpl) out, (DeviceImpl) device, 0, null, null, null);
    }

    @Override
    public Tensor call(Attributes attributes, @Nullable Tensor out, Tensor self) {
        ThreadState state = runtime.threadState();
        TensorImpl a = (TensorImpl) self;
        TensorImpl result = (TensorImpl) out;
        long keys = result == null ? a.keys() : a.keys() | result.keys();
        if ((keys & ~state.excluded) > DispatchKey.LEAVES) {
            return layered(state, attributes, result, a);
        }
        return leaf(state, attributes, result, a);
    }

    private Tensor layered(
            ThreadState state, Attributes attributes, @Nullable TensorImpl out, TensorImpl a) {
        if (isRecorded(out)) {
            return layered(attributes, out, new Tensor[] {a})[0];
        }
        long before = state.exclude(DispatchKey.AUTOGRAD.bit());
        try {
            return leaf(state, attributes, out, a);
        } finally {
            state.restore(before);
        }
    }

    /** Whether the autograd layer has to see the call: an {@code out} with a history loses it. */
    private boolean isRecorded(@Nullable TensorImpl out) {
        return !unrecorded || out != null && (out.keys() & DispatchKey.AUTOGRAD.bit()) != 0;
    }

    private Tensor leaf(
            ThreadState state, Attributes attributes, @Nullable TensorImpl out, TensorImpl a) {
        Tensor done = shortcuts == null ? null : shortcuts.call(state, attributes, out, a);
        return done != null
                ? done
                : dense.call(state, attributes, out, a.deviceImpl(), 1, a, null, null);
    }

    @Override
    public Tensor call(Attributes attributes, @Nullable Tensor out, Tensor self, Tensor other) {
        ThreadState state = runtime.threadState();
        TensorImpl a = (TensorImpl) self;
        TensorImpl b = (TensorImpl) other;
        TensorImpl result = (TensorImpl) out;
        long keys = a.keys() | b.keys();
        keys = result == null || result == a ? keys : keys | result.keys();
        if ((keys & ~state.excluded) > DispatchKey.LEAVES) {
            return layered(state, attributes, result, a, b);
        }
        return leaf(state, attributes, result, a, b);
    }

    private Tensor layered(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            TensorImpl a,
            TensorImpl b) {
        if (isRecorded(out)) {
            return layered(attributes, out, new Tensor[] {a, b})[0];
        }
        long before = state.exclude(DispatchKey.AUTOGRAD.bit());
        try {
            return leaf(state, attributes, out, a, b);
        } finally {
            state.restore(before);
        }
    }

    private Tensor leaf(
            ThreadState state,
            Attributes attributes,
            @Nullable TensorImpl out,
            TensorImpl a,
            TensorImpl b) {
        Tensor done = shortcuts == null ? null : shortcuts.call(state, attributes, out, a, b);
        return done != null
                ? done
                : dense.call(state, attributes, out, device(a, b, null), 2, a, b, null);
    }

    @Override
    public Tensor call(
            Attributes attributes,
            @Nullable Tensor out,
            Tensor self,
            Tensor other,
            @Nullable Tensor third) {
        ThreadState state = runtime.threadState();
        TensorImpl a = (TensorImpl) self;
        TensorImpl b = (TensorImpl) other;
        TensorImpl c = (TensorImpl) third;
        TensorImpl result = (TensorImpl) out;
        long keys = a.keys() | b.keys() | (c == null ? 0 : c.keys());
        keys = result == null ? keys : keys | result.keys();
        if ((keys & ~state.excluded) > DispatchKey.LEAVES) {
            return layered(attributes, result, new @Nullable Tensor[] {self, other, third})[0];
        }
        return dense.call(state, attributes, result, device(a, b, c), 3, a, b, c);
    }

    @Override
    public Tensor call(
            Attributes attributes,
            @Nullable Tensor out,
            Tensor self,
            Tensor other,
            Tensor third,
            @Nullable Tensor fourth) {
        ThreadState state = runtime.threadState();
        @Nullable TensorImpl[] list = state.lists.take(4);
        list[0] = (TensorImpl) self;
        list[1] = (TensorImpl) other;
        list[2] = (TensorImpl) third;
        list[3] = (TensorImpl) fourth;
        TensorImpl result = (TensorImpl) out;
        if ((keys(result, list) & ~state.excluded) <= DispatchKey.LEAVES) {
            return dense.callFirst(state, attributes, result, list);
        }
        Tensor[] results = layered(attributes, result, list);
        for (int i = 1; i < results.length; i++) {
            results[i].close();
        }
        return results[0];
    }

    @Override
    public Tensor[] callBoxed(Attributes attributes, @Nullable Tensor[] arguments) {
        return callInto(attributes, null, arguments);
    }

    @Override
    public Tensor[] callBoxed(Attributes attributes, Tensor[] out, @Nullable Tensor[] arguments) {
        if (out.length == 1) {
            return callInto(attributes, (TensorImpl) out[0], arguments);
        }
        return SeveralOut.call(this, attributes, out, arguments);
    }

    /** The boxed call with an {@code out}; layers continue with it. */
    private Tensor[] callInto(
            Attributes attributes, @Nullable TensorImpl out, @Nullable Tensor[] arguments) {
        ThreadState state = runtime.threadState();
        if ((keys(out, arguments) & ~state.excluded) > DispatchKey.LEAVES) {
            return layered(attributes, out, arguments);
        }
        return leaf(attributes, out, arguments);
    }

    private static long keys(@Nullable TensorImpl out, @Nullable Tensor[] arguments) {
        long keys = out == null ? 0 : out.keys();
        for (Tensor argument : arguments) {
            keys |= argument == null ? 0 : ((TensorImpl) argument).keys();
        }
        return keys;
    }

    /** The call below all layers. */
    public Tensor[] leaf(
            Attributes attributes, @Nullable TensorImpl out, @Nullable Tensor[] arguments) {
        ThreadState state = runtime.threadState();
        boolean unboxed = !boxedOnly && arguments.length > 0 && arguments.length <= 3;
        for (int i = 0; unboxed && i < Math.min(2, arguments.length); i++) {
            unboxed = arguments[i] != null;
        }
        if (!unboxed) {
            return dense.callBoxed(state, attributes, out, arguments);
        }
        int n = arguments.length;
        TensorImpl a = n > 0 ? (TensorImpl) arguments[0] : null;
        TensorImpl b = n > 1 ? (TensorImpl) arguments[1] : null;
        TensorImpl c = n > 2 ? (TensorImpl) arguments[2] : null;
        if (a == null) {
            throw new IllegalArgumentException(
                    definition.schema() + ": a boxed call needs a tensor");
        }
        Tensor result =
                n == 1
                        ? leaf(state, attributes, out, a)
                        : n == 2 && b != null
                                ? leaf(state, attributes, out, a, b)
                                : dense.call(state, attributes, out, device(a, b, c), n, a, b, c);
        return new Tensor[] {result};
    }

    /**
     * Runs the operator's composite, whatever kernels there are, so that the operators it is made
     * of are seen by the layers.
     */
    public Tensor[] decompose(Attributes attributes, @Nullable Tensor[] arguments) {
        return dense.decompose(runtime.threadState(), attributes, arguments);
    }

    private static boolean boxedOnly(OperatorSchema schema) {
        return schema.returns() != 1
                || schema.returnsList()
                || schema.tensorArguments().stream().anyMatch(a -> a.type().isTensorList());
    }

    private static long mutated(OperatorSchema schema) {
        List<Argument> arguments = schema.tensorArguments();
        long mask = 0;
        for (int i = 0; i < arguments.size(); i++) {
            mask |= arguments.get(i).mutated() ? 1L << i : 0;
        }
        return mask;
    }

    /** Whether the tensor argument is changed in place. */
    boolean isMutated(int index) {
        return index < Long.SIZE && (mutated >>> index & 1) == 1;
    }

    private Tensor[] layered(
            Attributes attributes, @Nullable TensorImpl out, @Nullable Tensor[] inputs) {
        return runtime.autograd().call(this, attributes, out, inputs);
    }

    /** A tensor on the host without dimensions gives way to the other arguments' device. */
    static DeviceImpl device(TensorImpl a, @Nullable TensorImpl b, @Nullable TensorImpl c) {
        DeviceImpl device = a.deviceImpl();
        if (a.sizes.length == 0 && device.isHost()) {
            if (b != null && b.deviceImpl() != device) {
                return b.deviceImpl();
            }
            if (c != null && c.deviceImpl() != device) {
                return c.deviceImpl();
            }
        }
        return device;
    }

    Slot slot(DeviceImpl device, DType dtype) {
        @Nullable Slot[] table = slots;
        int index = device.slot(dtype);
        Slot slot = index < table.length ? table[index] : null;
        return slot != null ? slot : resolve(device, dtype, index);
    }

    private synchronized Slot resolve(DeviceImpl device, DType dtype, int index) {
        Slot slot =
                gone
                        ? Slot.gone("plugin " + plugin + ", which brought it, has left")
                        : new SlotResolver(definition, device, dtype).resolve();
        int length = Math.max(slots.length, device.row() + 4 * DTYPES);
        @Nullable Slot[] copy = Arrays.copyOf(slots, length);
        copy[index] = slot;
        slots = copy;
        return slot;
    }

    /** Forgets what was resolved for the backend; after it left, new slots say so. */
    synchronized void invalidate(BackendEntry backend) {
        if (shortcuts != null) {
            shortcuts.invalidate();
        }
        @Nullable Slot[] copy = slots.clone();
        for (DeviceImpl device : backend.devices()) {
            if (device.row() < copy.length) {
                Arrays.fill(copy, device.row(), device.row() + DTYPES, null);
            }
        }
        slots = copy;
    }

    @Nullable Shortcuts shortcuts() {
        return shortcuts;
    }

    /** The plugin has left: every slot says so. */
    synchronized void leave() {
        gone = true;
        if (shortcuts != null) {
            shortcuts.invalidate();
        }
        slots = new @Nullable Slot[slots.length];
    }

    /** Fails when the plugin that brought the operator has left. */
    void checkThere() {
        if (gone) {
            throw new PluginException(this + ": plugin " + plugin + ", which brought it, has left");
        }
    }

    /** Who brought it; null for Keyway itself. */
    @Nullable PluginInfo plugin() {
        return plugin;
    }

    /** Whether another version of this plugin brought it. */
    boolean isVersionOf(PluginInfo other) {
        return plugin != null && plugin.symbolicName().equals(other.symbolicName());
    }

    private String version() {
        return plugin == null ? "" : plugin.version();
    }

    KeywayRuntime runtime() {
        return runtime;
    }

    @Override
    public String toString() {
        return definition.schema().qualifiedName();
    }
}
