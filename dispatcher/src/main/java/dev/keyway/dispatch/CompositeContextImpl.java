// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.dispatch.KernelLayer.Entry;
import dev.keyway.dispatch.KernelLayer.Primitive;
import dev.keyway.operator.CompositeContext;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a composite; keeps what the meta function said, as nested calls use the thread's meta
 * again. {@link CompositeRunner} says which calls share one.
 */
final class CompositeContextImpl implements CompositeContext {
    private static final DType[] NO_DTYPES = {};
    private static final long[][] NO_SIZES = {};

    private final KeywayRuntime runtime;
    private final ThreadState state;
    private @Nullable OperatorImpl operator;
    private Attributes attributes = Attributes.NONE;
    private @Nullable DeviceImpl device;
    private DType compute = DType.F32;
    private DType firstDType = DType.F32;
    private long[] firstSizes = MetaContextImpl.Empty.LONGS;

    /** Of all results; empty where there is one. */
    private DType[] dtypes = NO_DTYPES;

    private long[][] sizes = NO_SIZES;

    CompositeContextImpl(KeywayRuntime runtime, ThreadState state) {
        this.runtime = runtime;
        this.state = state;
    }

    /** A call begins; the thread's meta says what its results are. */
    void begin(OperatorImpl of, Attributes given, DeviceImpl on) {
        operator = of;
        attributes = given;
        device = on;
        MetaContextImpl meta = state.meta;
        compute = Objects.requireNonNull(meta.compute);
        firstDType = meta.outputDType(0);
        firstSizes = meta.outputSizes(0);
        int listed = meta.outputs > 1 ? meta.outputs : 0;
        dtypes = listed == 0 ? NO_DTYPES : new DType[listed];
        sizes = listed == 0 ? NO_SIZES : new long[listed][];
        for (int i = 0; i < listed; i++) {
            dtypes[i] = meta.outputDType(i);
            sizes[i] = meta.outputSizes(i);
        }
    }

    /** The call is over, and another one may begin. */
    void end() {
        operator = null;
        attributes = Attributes.NONE;
        device = null;
    }

    private OperatorImpl operator() {
        return inUse(operator);
    }

    private static <T> T inUse(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("a composite's context was used after the composite");
        }
        return part;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public DeviceImpl device() {
        return inUse(device);
    }

    @Override
    public DType dtype() {
        return compute;
    }

    @Override
    public long[] outputSizes(int index) {
        return index == 0 ? firstSizes : sizes[index];
    }

    @Override
    public DType outputDType(int index) {
        return index == 0 ? firstDType : dtypes[index];
    }

    @Override
    public Tensor empty(DType dtype, long... newSizes) {
        return runtime.allocate(device(), dtype, newSizes);
    }

    @Override
    public Tensor fill(Tensor out, Scalar value) {
        state.meta.resume(operator());
        runtime.primitives.fill(state, (TensorImpl) out, value);
        return out;
    }

    @Override
    public Tensor copy(Tensor out, Tensor self) {
        TensorImpl target = (TensorImpl) out;
        state.meta.resume(operator());
        runtime.primitives.copy(state, target, Shapes.expand((TensorImpl) self, target.sizes));
        return out;
    }

    @Override
    public Tensor reduce(ReduceOp opcode, Tensor self) {
        return reduce(opcode, (TensorImpl) self, self.dtype());
    }

    @Override
    public Tensor argReduce(ArgReduceOp opcode, Tensor self) {
        return reduce(opcode, (TensorImpl) self, DType.I64);
    }

    private Tensor reduce(Enum<?> opcode, TensorImpl self, DType dtype) {
        long[] outSizes = {self.sizes[0], self.sizes[2]};
        Entry entry = family(opcode, self.dtype);
        return compute(entry, Attributes.NONE, dtype, outSizes, self, null);
    }

    @Override
    public Tensor scan(ScanOp opcode, Tensor self) {
        TensorImpl from = (TensorImpl) self;
        Entry entry = family(opcode, from.dtype);
        return compute(entry, Attributes.NONE, from.dtype, from.sizes, from, null);
    }

    @Override
    public Tensor[] sort(Tensor self, boolean descending) {
        TensorImpl from = (TensorImpl) self;
        Entry entry = primitive(Primitive.SORT, from.dtype);
        List<TensorImpl> made = new ArrayList<>();
        try {
            made.add(runtime.allocate(device(), from.dtype, from.sizes));
            made.add(runtime.allocate(device(), DType.I64, from.sizes));
            TensorImpl[] out = made.toArray(TensorImpl[]::new);
            state.meta.resume(operator());
            runtime.primitives.runSeveral(state, entry, new Primitives.Sort(descending), out, from);
            return out;
        } catch (RuntimeException | Error e) {
            made.forEach(TensorImpl::close);
            throw e;
        }
    }

    @Override
    public Tensor matmul(Tensor self, Tensor other) {
        long[] outSizes = {self.size(0), self.size(1), other.size(2)};
        Entry entry = primitive(Primitive.MATMUL, self.dtype());
        TensorImpl right = (TensorImpl) other;
        return compute(entry, Attributes.NONE, self.dtype(), outSizes, (TensorImpl) self, right);
    }

    @Override
    public boolean gathers(DType dtype) {
        return device().backend().kernels().primitive(Primitive.GATHER, dtype) != null;
    }

    @Override
    public Tensor gather(Tensor self, Tensor index) {
        Entry entry =
                need(
                        device().backend().kernels().primitive(Primitive.GATHER, self.dtype()),
                        Primitive.GATHER,
                        self.dtype());
        TensorImpl positions = (TensorImpl) index;
        long[] outSizes = positions.sizes;
        return compute(
                entry, Attributes.NONE, self.dtype(), outSizes, (TensorImpl) self, positions);
    }

    @Override
    public Tensor scatter(ScatterOp opcode, Tensor out, Tensor index, Tensor source) {
        Entry entry = family(opcode, out.dtype());
        if (index.numel() > 0) {
            prefixed(
                    entry,
                    Attributes.NONE,
                    (TensorImpl) out,
                    (TensorImpl) index,
                    (TensorImpl) source);
        }
        return out;
    }

    @Override
    public Tensor nonzero(Tensor self) {
        Entry entry = primitive(Primitive.NONZERO, DType.BOOL);
        TensorImpl places = runtime.allocate(device(), DType.I64, self.sizes());
        try (TensorImpl count = runtime.allocate(device(), DType.I64, new long[] {1})) {
            state.meta.resume(operator());
            TensorImpl[] out = {places, count};
            runtime.primitives.runSeveral(state, entry, Attributes.NONE, out, (TensorImpl) self);
            return Bounded.cut(runtime, state, places, self.numel() == 0 ? 0 : Bounded.read(count));
        } catch (RuntimeException | Error e) {
            places.close();
            throw e;
        }
    }

    @Override
    public Tensor arange(DType dtype, Scalar start, Scalar step, long numel) {
        Entry entry = primitive(Primitive.ARANGE, dtype);
        Attributes bounds = new Primitives.Arange(start, step);
        return compute(entry, bounds, dtype, new long[] {numel}, null, null);
    }

    @Override
    public Tensor random(
            RandomOp opcode,
            DType dtype,
            long numel,
            @Nullable Generator generator,
            long from,
            long to,
            double probability) {
        Generator source = generator == null ? runtime.generator() : generator;
        Generator.State position = source.reserve(numel);
        Attributes bounds =
                new Primitives.Random(position.seed(), position.offset(), from, to, probability);
        return compute(family(opcode, dtype), bounds, dtype, new long[] {numel}, null, null);
    }

    @Override
    public ArgumentException error(String message) {
        return new ArgumentException(operator() + ": " + message);
    }

    private Tensor compute(
            Entry entry,
            Attributes given,
            DType dtype,
            long[] outSizes,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b) {
        TensorImpl out = runtime.allocate(device(), dtype, outSizes);
        try {
            prefixed(entry, given, out, a, b);
            return out;
        } catch (RuntimeException | Error e) {
            out.close();
            throw e;
        }
    }

    private void prefixed(
            Entry entry,
            Attributes given,
            TensorImpl out,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b) {
        state.meta.resume(operator());
        try {
            runtime.primitives.run(state, entry, given, out, a, b, null);
        } catch (ArgumentException e) {
            throw new ArgumentException(operator() + ": " + e.getMessage(), e);
        }
    }

    private Entry family(Enum<?> opcode, DType dtype) {
        Entry entry =
                device().computes(dtype)
                        ? device().backend().kernels().family(opcode, dtype)
                        : null;
        return need(entry, opcode, dtype);
    }

    private Entry primitive(Primitive primitive, DType dtype) {
        Entry entry =
                device().computes(dtype)
                        ? device().backend().kernels().primitive(primitive, dtype)
                        : null;
        return need(entry, primitive, dtype);
    }

    private Entry need(@Nullable Entry entry, Enum<?> kernel, DType dtype) {
        if (entry == null) {
            String name = kernel.name().toLowerCase(Locale.ROOT);
            throw new MissingPrimitiveException(
                    Fallback.message(
                            operator(), device(), dtype, "its primitive " + name + " is missing"));
        }
        return entry;
    }
}
