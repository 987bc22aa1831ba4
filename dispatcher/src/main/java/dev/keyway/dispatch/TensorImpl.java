// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.ClosedException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The only tensor class: a handle on a counted storage, or, inside one call, a borrowed view of
 * one.
 */
public final class TensorImpl extends Tensor {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED =
                    MethodHandles.lookup().findVarHandle(TensorImpl.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of {@link #form}: elements, one after another. */
    static final byte CONTIGUOUS = 0;

    /** Of {@link #form}: there are no elements. */
    static final byte EMPTY = 1;

    /** Of {@link #form}: the elements have other places. */
    static final byte STRIDED = 2;

    /** Of {@link #form}, with {@link #STRIDED}: they lie one after another, channels last. */
    static final byte CHANNELS_LAST = 4;

    final StorageImpl storage;
    final DeviceImpl device;
    final long[] sizes;
    final long[] strides;
    final long storageOffset;
    final DType dtype;
    final long numel;
    final boolean contiguous;

    /** {@link #CONTIGUOUS}, or the bits of the others. */
    final byte form;

    /** The sizes in one number where they are small enough, else negative. */
    private final long packedSizes;

    /** {@link DeviceImpl#slot} of its dtype. */
    final int slot;

    /** The tensor that this one is a view of, never itself a view; null for no view. */
    private final @Nullable TensorImpl base;

    /** As {@link DispatchKey#bit}; a byte, as there are few keys and many tensors. */
    private volatile byte keys = (byte) DispatchKey.DENSE.bit();

    private volatile @Nullable AutogradState autograd;
    private volatile boolean closed;

    /** A handle that owns one count of the storage. */
    TensorImpl(
            StorageImpl storage,
            DType dtype,
            long[] sizes,
            long[] strides,
            long storageOffset,
            @Nullable TensorImpl base) {
        this.storage = storage;
        this.device = storage.device;
        this.dtype = dtype;
        this.sizes = sizes;
        this.strides = strides;
        this.storageOffset = storageOffset;
        this.base = base;
        this.numel = Shapes.numel(sizes);
        this.contiguous = Shapes.isContiguous(sizes, strides);
        this.form =
                numel == 0
                        ? EMPTY
                        : contiguous
                                ? CONTIGUOUS
                                : ChannelsLast.lies(sizes, strides)
                                        ? STRIDED | CHANNELS_LAST
                                        : STRIDED;
        this.packedSizes = Shapes.pack(sizes);
        this.slot = device.slot(dtype);
    }

    /** Whether there are elements and they lie channels last, but not row-major. */
    boolean isChannelsLast() {
        return (form & CHANNELS_LAST) != 0;
    }

    /** Whether device, dtype and sizes are the same. */
    boolean isLike(TensorImpl other) {
        long different = (packedSizes ^ other.packedSizes) | (slot ^ other.slot);
        return different == 0 && (packedSizes >= 0 || Shapes.same(sizes, other.sizes));
    }

    /** A view for the time of one call: it counts nothing and must not be closed or handed out. */
    TensorImpl borrow(long[] newSizes, long[] newStrides, long newOffset) {
        return new TensorImpl(storage, dtype, newSizes, newStrides, newOffset, this);
    }

    /** A further handle that takes over a count which was made before. */
    TensorImpl own() {
        return new TensorImpl(storage, dtype, sizes, strides, storageOffset, null);
    }

    /** A handle that shares the storage. {@code viewOf} is null for a detached one. */
    TensorImpl alias(
            long[] newSizes, long[] newStrides, long newOffset, @Nullable TensorImpl viewOf) {
        storage.retain();
        TensorImpl root = viewOf == null || viewOf.base == null ? viewOf : viewOf.base;
        return new TensorImpl(storage, dtype, newSizes, newStrides, newOffset, root);
    }

    /** A further handle of the same tensor without its history, for the autograd library. */
    public TensorImpl detachedAlias() {
        return alias(sizes, strides, storageOffset, null);
    }

    /** The dispatch keys: its own and, for a view, those of its base. */
    public long keys() {
        TensorImpl of = base;
        return of == null ? keys : keys | of.keys;
    }

    /** The tensor that this one is a view of; null for no view. */
    public @Nullable TensorImpl base() {
        return base;
    }

    /** What the autograd library keeps here. */
    public @Nullable AutogradState autograd() {
        return autograd;
    }

    /** Sets what the autograd library keeps and whether calls go through it. */
    public void setAutograd(@Nullable AutogradState state) {
        autograd = state;
        boolean on = state != null && state.requiresGrad();
        long bit = DispatchKey.AUTOGRAD.bit();
        keys = (byte) (on ? keys | bit : keys & ~bit);
    }

    /** Counts an in-place change. */
    public void bumpVersion() {
        storage.bumpVersion();
    }

    /** The number of handles that hold the storage. */
    public int storageCount() {
        return storage.count();
    }

    KeywayRuntime runtime() {
        return device.runtime();
    }

    DeviceImpl deviceImpl() {
        return device;
    }

    /**
     * Whether it is closed, as far as this thread knows yet: a plain read, which costs no barrier.
     * What another thread closes at this moment, the storage's count and epochs make safe.
     */
    boolean seemsClosed() {
        return (boolean) CLOSED.get(this);
    }

    void checkOpen() {
        if (closed) {
            throw new ClosedException(
                    "tensor "
                            + Shapes.describe(this)
                            + " was used after it was closed; keep it open, or clone what is needed");
        }
    }

    @Override
    public KeywayRuntime keyway() {
        return device.runtime();
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    @Override
    public int dim() {
        return sizes.length;
    }

    @Override
    public long size(int dim) {
        return sizes[dim < 0 ? dim + sizes.length : dim];
    }

    @Override
    public long stride(int dim) {
        return strides[dim < 0 ? dim + strides.length : dim];
    }

    @Override
    public long[] sizes() {
        return sizes.clone();
    }

    @Override
    public long[] strides() {
        return strides.clone();
    }

    @Override
    public long numel() {
        return numel;
    }

    @Override
    public long storageOffset() {
        return storageOffset;
    }

    @Override
    public boolean isContiguous() {
        return contiguous;
    }

    @Override
    public boolean isContiguous(MemoryFormat format) {
        return format == MemoryFormat.CONTIGUOUS ? contiguous : ChannelsLast.lies(sizes, strides);
    }

    @Override
    public StorageImpl storage() {
        return storage;
    }

    @Override
    public long address() {
        long start = storage.address();
        if (start == 0) {
            throw new ArgumentException(
                    "tensor "
                            + Shapes.describe(this)
                            + " has no host address; copy it to a host device with to(device)");
        }
        return start + storageOffset * dtype.itemSize();
    }

    @Override
    public long version() {
        return storage.version();
    }

    @Override
    public void incrementVersion() {
        checkOpen();
        storage.bumpVersion();
    }

    @Override
    public boolean isView() {
        return base != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if ((boolean) CLOSED.compareAndSet(this, false, true)) {
            AutogradState state = autograd;
            if (state != null) {
                state.release();
            }
            storage.release();
        }
    }

    @Override
    public boolean requiresGrad() {
        AutogradState state = autograd;
        return state != null && state.requiresGrad()
                || base != null && (base.keys & DispatchKey.AUTOGRAD.bit()) != 0;
    }

    @Override
    public Tensor requiresGrad_(boolean requiresGrad) {
        runtime().autograd().requiresGrad(this, requiresGrad);
        return this;
    }

    @Override
    public boolean isLeaf() {
        AutogradState state = autograd;
        return state == null || state.isLeaf();
    }

    @Override
    public @Nullable Tensor grad() {
        AutogradState state = autograd;
        return state == null ? null : state.grad();
    }

    @Override
    public void setGrad(@Nullable Tensor grad) {
        AutogradState state = autograd;
        if (state != null) {
            state.setGrad(grad);
        } else if (grad != null) {
            throw new ArgumentException(
                    "setGrad: tensor "
                            + Shapes.describe(this)
                            + " requires no gradient; call requiresGrad_(true) first");
        }
    }

    @Override
    public void backward() {
        backward(null, false);
    }

    @Override
    public void backward(@Nullable Tensor gradient, boolean retainGraph) {
        runtime().autograd().backward(this, gradient, retainGraph);
    }

    @Override
    public double item() {
        return HostCopies.item(this).doubleValue();
    }

    @Override
    public long itemLong() {
        return HostCopies.item(this).longValue();
    }

    @Override
    public float[] toFloatArray() {
        return HostCopies.floats(this);
    }

    @Override
    public double[] toDoubleArray() {
        return HostCopies.doubles(this);
    }

    @Override
    public long[] toLongArray() {
        return HostCopies.longs(this);
    }

    @Override
    public boolean[] toBooleanArray() {
        return HostCopies.booleans(this);
    }

    @Override
    public void copyTo(MemorySegment target) {
        HostCopies.copyTo(this, target);
    }

    @Override
    public Tensor to(Device target) {
        return target == device ? this : Ops._toDevice(this, target);
    }

    @Override
    public Tensor to(DType newDType) {
        return newDType == dtype ? this : Ops._toDtype(this, newDType);
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
