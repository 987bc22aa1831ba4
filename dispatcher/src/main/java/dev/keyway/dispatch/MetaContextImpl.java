// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.TypePromotion;
import dev.keyway.operator.MetaContext;
import org.jspecify.annotations.Nullable;

/**
 * The meta context of one thread, used again for every call. Results must be read before another
 * operator is called on the thread.
 */
final class MetaContextImpl extends MetaContext {
    private static final int INLINE = 3;

    private @Nullable OperatorImpl operator;

    /** The outermost composite that is running; null for none. */
    @Nullable OperatorImpl composite;

    private Attributes attributes = Attributes.NONE;
    private @Nullable DeviceImpl device;
    private int count;
    private @Nullable Tensor a;
    private @Nullable Tensor b;
    private @Nullable Tensor c;
    private @Nullable Tensor @Nullable [] many;

    @Nullable DType compute;
    int outputs;
    private DType dtype0 = DType.F32;
    private long[] sizes0 = Empty.LONGS;
    private DType[] dtypes = new DType[16];
    private long[][] sizes = new long[16][];

    /** Whether the result has the sizes to which the inputs broadcast. */
    boolean broadcast;

    /** Bit mask of the results whose dimension 0 is an upper bound. */
    long bounded;

    /** Bit mask of the results that the kernel's plan sizes. */
    long auxiliary;

    /** Whether arguments that the schema marks as changed in place do change. */
    boolean mutates;

    int aliasOf;
    long[] aliasStrides = Empty.LONGS;
    long aliasOffset;

    void begin(
            OperatorImpl newOperator,
            Attributes newAttributes,
            DeviceImpl newDevice,
            int newCount,
            @Nullable Tensor first,
            @Nullable Tensor second,
            @Nullable Tensor third) {
        operator = newOperator;
        attributes = newAttributes;
        device = newDevice;
        count = newCount;
        a = first;
        b = second;
        c = third;
        many = null;
        compute = null;
        outputs = 0;
        aliasOf = -1;
        broadcast = false;
        mutates = true;
        bounded = 0;
        auxiliary = 0;
    }

    void beginBoxed(
            OperatorImpl newOperator,
            Attributes newAttributes,
            DeviceImpl newDevice,
            @Nullable Tensor[] inputs) {
        begin(newOperator, newAttributes, newDevice, inputs.length, null, null, null);
        many = inputs;
    }

    /** The operator begun last, or the composite that runs a primitive; null outside calls. */
    @Nullable OperatorImpl operator() {
        return operator;
    }

    /** A composite goes on after it called other operators. */
    void resume(OperatorImpl composite) {
        operator = composite;
    }

    /** Lets go of everything that belongs to a call. */
    void clear() {
        if (operator == null) {
            return;
        }
        operator = null;
        attributes = Attributes.NONE;
        device = null;
        a = null;
        b = null;
        c = null;
        many = null;
    }

    @Override
    public int inputCount() {
        return count;
    }

    @Override
    public Tensor input(int index) {
        Tensor tensor = inputOrNull(index);
        if (tensor == null) {
            throw error("argument " + index + " is missing");
        }
        return tensor;
    }

    @Override
    public @Nullable Tensor inputOrNull(int index) {
        if (many != null) {
            return many[index];
        }
        return index == 0 ? a : index == 1 ? b : index < INLINE ? c : null;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public Device device() {
        if (device == null) {
            throw new IllegalStateException("meta context used outside of a call");
        }
        return device;
    }

    @Override
    public void compute(DType dtype) {
        compute = dtype;
    }

    @Override
    public void output(int index, DType dtype, long[] newSizes) {
        for (long size : newSizes) {
            if (size < 0) {
                throw error("negative size in shape " + java.util.Arrays.toString(newSizes));
            }
        }
        set(index, dtype, newSizes);
    }

    private void set(int index, DType dtype, long[] newSizes) {
        if (index == 0) {
            dtype0 = dtype;
            sizes0 = newSizes;
        } else {
            if (index >= dtypes.length) {
                dtypes = java.util.Arrays.copyOf(dtypes, 2 * index);
                sizes = java.util.Arrays.copyOf(sizes, 2 * index);
            }
            dtypes[index] = dtype;
            sizes[index] = newSizes;
        }
        outputs = Math.max(outputs, index + 1);
    }

    @Override
    public void outputBounded(int index, DType dtype, long[] newSizes) {
        output(index, dtype, newSizes);
        bounded |= 1L << index;
    }

    @Override
    public void outputAuxiliary(int index) {
        output(index, DType.U8, new long[] {0});
        auxiliary |= 1L << index;
    }

    @Override
    public void outputLike(int input, DType dtype) {
        set(0, dtype, ((TensorImpl) input(input)).sizes);
    }

    @Override
    public void changesNothing() {
        mutates = false;
    }

    @Override
    public void outputBroadcast(DType dtype) {
        broadcast = true;
        long[] result = ((TensorImpl) input(0)).sizes;
        for (int i = 1; i < count; i++) {
            Tensor next = inputOrNull(i);
            if (next == null) {
                continue;
            }
            long[] wider = Shapes.broadcast(result, ((TensorImpl) next).sizes);
            if (wider == null) {
                throw error(
                        "argument '"
                                + argumentName(i)
                                + "' with shape "
                                + java.util.Arrays.toString(next.sizes())
                                + " does not broadcast with shape "
                                + java.util.Arrays.toString(result)
                                + "; sizes must be equal or 1, counted from the last dimension");
            }
            result = wider;
        }
        set(0, dtype, result);
    }

    private String argumentName(int index) {
        if (operator == null) {
            return String.valueOf(index);
        }
        var arguments = operator.schema().tensorArguments();
        return index < arguments.size() ? arguments.get(index).name() : String.valueOf(index);
    }

    @Override
    public DType promote(@Nullable Scalar scalar) {
        DType first = input(0).dtype();
        boolean same = scalar == null || scalar.dtype().category().compareTo(first.category()) <= 0;
        for (int i = 1; same && i < count; i++) {
            Tensor next = inputOrNull(i);
            same = next == null || next.dtype() == first;
        }
        return same ? first : promoteMixed(scalar);
    }

    private DType promoteMixed(@Nullable Scalar scalar) {
        DType dimensioned = null;
        DType zeroDim = null;
        for (int i = 0; i < count; i++) {
            Tensor next = inputOrNull(i);
            if (next != null && next.dim() > 0) {
                dimensioned = join(dimensioned, next.dtype());
            } else if (next != null) {
                zeroDim = join(zeroDim, next.dtype());
            }
        }
        return TypePromotion.result(dimensioned, zeroDim, scalar == null ? null : scalar.dtype());
    }

    private static DType join(@Nullable DType left, DType right) {
        return left == null ? right : TypePromotion.promote(left, right);
    }

    @Override
    public void alias(int input, long[] newSizes, long[] strides, long storageOffset) {
        Tensor of = input(input);
        set(0, of.dtype(), newSizes);
        compute = of.dtype();
        aliasOf = input;
        aliasStrides = strides;
        aliasOffset = storageOffset;
    }

    DType outputDType(int index) {
        return index == 0 ? dtype0 : dtypes[index];
    }

    long[] outputSizes(int index) {
        return index == 0 ? sizes0 : sizes[index];
    }

    @Override
    public ArgumentException error(String message) {
        String name = operator == null ? "operator" : operator.schema().qualifiedName();
        return new ArgumentException(name + ": " + message);
    }

    /** Shared empty array. */
    static final class Empty {
        static final long[] LONGS = new long[0];

        private Empty() {}
    }
}
