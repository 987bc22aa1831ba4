// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A strided view of a {@link Storage}. A tensor is a small handle; {@link #close} releases it at
 * once, and a handle that is only dropped is found by the garbage collector later. Metadata never
 * changes, but for the version and the autograd slots. Operators may be called from any thread; two
 * threads that write the same storage must order themselves.
 *
 * <p>There is one implementation, the dispatcher's; plugins receive tensors and never create them.
 */
@ProviderType
public abstract class Tensor extends TensorMethods implements AutoCloseable {
    /** For the dispatcher only. */
    protected Tensor() {}

    /** {@return the runtime that this tensor belongs to} */
    public abstract Keyway keyway();

    /** {@return the device that holds it} */
    public abstract Device device();

    /** {@return the element type} */
    public abstract DType dtype();

    /** {@return the number of dimensions; 0 for a scalar} */
    public abstract int dim();

    /**
     * {@return the size of dimension {@code dim}, which may be negative to count from the end}
     *
     * @param dim from {@code -dim()} to {@code dim() - 1}
     * @throws IndexOutOfBoundsException when there is no such dimension
     */
    public abstract long size(int dim);

    /**
     * {@return the stride of dimension {@code dim}, in elements; never negative}
     *
     * @param dim from {@code -dim()} to {@code dim() - 1}
     */
    public abstract long stride(int dim);

    /** {@return a copy of the sizes} */
    public abstract long[] sizes();

    /** {@return a copy of the strides, in elements} */
    public abstract long[] strides();

    /** {@return the number of elements} */
    public abstract long numel();

    /** {@return the offset of the first element in the storage, in elements} */
    public abstract long storageOffset();

    /** {@return whether elements lie densely in row-major order} */
    public abstract boolean isContiguous();

    /**
     * {@return whether elements lie densely in the order} Those of one channel, or of one pixel,
     * lie in both.
     *
     * @param format the order
     */
    public abstract boolean isContiguous(MemoryFormat format);

    /**
     * This tensor's elements in the order: a view of it where they lie so already, else a copy. The
     * caller owns it. Differentiable.
     *
     * @param format the order
     * @return a view or a copy
     * @throws ArgumentException for {@link MemoryFormat#CHANNELS_LAST} when it has not four
     *     dimensions
     */
    public final Tensor contiguous(MemoryFormat format) {
        if (format == MemoryFormat.CONTIGUOUS) {
            return contiguous();
        }
        if (dim() != 4) {
            throw new ArgumentException(
                    "contiguous: CHANNELS_LAST needs 4 dimensions, [n, channels, height, width], got "
                            + java.util.Arrays.toString(sizes()));
        }
        try (Tensor pixels = permute(0, 2, 3, 1);
                Tensor dense = pixels.contiguous()) {
            return dense.permute(0, 3, 1, 2);
        }
    }

    /** {@return the storage} */
    public abstract Storage storage();

    /**
     * {@return host address of the first element; valid until the storage's last handle is closed}
     * Whoever writes there calls {@link #incrementVersion} afterwards.
     *
     * @throws ArgumentException on a device without {@link Device#isHost}
     */
    public abstract long address();

    /** {@return the version of the storage: every in-place change adds one} */
    public abstract long version();

    /**
     * Counts an in-place change that was made past the operators, through {@link #address}. Until
     * then gradients may be computed from the changed elements without an error, and kernels may
     * use what they derived from the elements before.
     */
    public abstract void incrementVersion();

    /** {@return whether it is a view of another tensor} */
    public abstract boolean isView();

    /** {@return whether the handle was closed} */
    public abstract boolean isClosed();

    /**
     * Releases this handle; other handles and views of the storage stay valid. Any thread may close
     * it, also while another computes with it: that call ends rightly or throws {@link
     * ClosedException}, and the memory waits for it. Idempotent.
     */
    @Override
    public abstract void close();

    /** {@return whether gradients flow to it} */
    public abstract boolean requiresGrad();

    /**
     * Asks for gradients; returns this tensor.
     *
     * @param requiresGrad whether gradients shall flow to it
     * @return this tensor
     * @throws ArgumentException when its dtype is not floating or it is not a leaf
     */
    public abstract Tensor requiresGrad_(boolean requiresGrad);

    /** {@return whether it was created by the user or needs no gradient} */
    public abstract boolean isLeaf();

    /**
     * {@return the accumulated gradient, null before the first backward} The caller does not own
     * it: it lives until it is replaced, cleared, or this tensor is closed.
     */
    public abstract @Nullable Tensor grad();

    /**
     * Replaces or clears the gradient, which is taken over; the one before is closed.
     *
     * @param grad of the shape of this tensor; null to clear
     * @throws ArgumentException when this tensor requires no gradient
     */
    public abstract void setGrad(@Nullable Tensor grad);

    /**
     * Runs backward from this tensor with one element, with gradient 1, on the calling thread. What
     * the graph saved is freed.
     *
     * @throws ArgumentException when it has more elements
     * @throws KeywayException when it has no graph, when the graph was freed by an earlier run, or
     *     when a saved tensor was changed in place, which is named
     */
    public abstract void backward();

    /**
     * As {@link #backward()}, from a tensor of any shape.
     *
     * @param gradient of this tensor's shape; null for 1 where it has one element; stays the
     *     caller's
     * @param retainGraph whether what the graph saved is kept for another run
     */
    public abstract void backward(@Nullable Tensor gradient, boolean retainGraph);

    /**
     * {@return the value of a tensor with one element, as a double} Waits for the device.
     *
     * @throws ArgumentException when it has not one element
     * @throws ClosedException when this handle was closed
     */
    public abstract double item();

    /** {@return the value of a tensor with one element, as a long} Waits for the device. */
    public abstract long itemLong();

    /** {@return the elements in row-major order, converted to f32} Waits for the device. */
    public abstract float[] toFloatArray();

    /** {@return the elements in row-major order, converted to f64} Waits for the device. */
    public abstract double[] toDoubleArray();

    /** {@return the elements in row-major order, converted to i64} Waits for the device. */
    public abstract long[] toLongArray();

    /** {@return the elements in row-major order, converted to bool} Waits for the device. */
    public abstract boolean[] toBooleanArray();

    /**
     * Copies the elements in row-major order, in this tensor's dtype, to {@code target}, which must
     * have {@code nbytes()} bytes. Waits for the device.
     *
     * @param target host memory
     */
    public abstract void copyTo(java.lang.foreign.MemorySegment target);

    /**
     * This tensor on the device: itself where it is already there, else a copy that the caller
     * owns. Differentiable.
     *
     * @param device the device
     * @return this tensor or a copy
     */
    public abstract Tensor to(Device device);

    /**
     * This tensor in the dtype: itself where it has it already, else a copy that the caller owns.
     * Differentiable between floating dtypes.
     *
     * @param dtype the dtype
     * @return this tensor or a copy
     */
    public abstract Tensor to(DType dtype);

    /**
     * This tensor on the device and in the dtype: itself where it is so already, else a copy that
     * the caller owns. The narrower of both dtypes travels. Differentiable between floating dtypes.
     *
     * @param device the device
     * @param dtype the dtype
     * @return this tensor or a copy
     */
    public final Tensor to(Device device, DType dtype) {
        boolean narrower = dtype.itemSize() < dtype().itemSize();
        Tensor first = narrower ? to(dtype) : to(device);
        Tensor second = narrower ? first.to(device) : first.to(dtype);
        if (first != this && first != second) {
            first.close();
        }
        return second;
    }

    /**
     * As {@link #to(Device, DType)}; with {@code copy} never this tensor itself.
     *
     * @param device the device
     * @param dtype the dtype
     * @param copy whether a copy is made also where this tensor would do
     * @return this tensor or a copy
     */
    public final Tensor to(Device device, DType dtype, boolean copy) {
        Tensor moved = to(device, dtype);
        return copy && moved == this ? clone() : moved;
    }

    /**
     * This tensor on the device and in the dtype of another, as {@link #to(Device, DType)}.
     *
     * @param other the tensor to compare with
     * @return this tensor or a copy
     */
    public final Tensor to(Tensor other) {
        return to(other.device(), other.dtype());
    }

    /**
     * {@link #allclose(Tensor, double, double, boolean)} with PyTorch's tolerances, 1e-5 and 1e-8.
     *
     * @param other the tensor to compare with
     * @return whether all are close
     */
    public final boolean allclose(Tensor other) {
        return allclose(other, 1e-5, 1e-8, false);
    }

    /**
     * Whether all elements differ from {@code other}'s by at most {@code atol + rtol * |other|}, as
     * {@code isclose} has it. Waits for the device.
     *
     * @param other the tensor to compare with
     * @param rtol tolerance relative to {@code other}, at least 0
     * @param atol absolute tolerance, at least 0
     * @param equalNan whether NaN equals NaN
     * @return whether all are close
     * @throws ArgumentException when dtypes differ or shapes don't broadcast
     */
    public final boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
        try (Tensor close = isclose(other, rtol, atol, equalNan);
                Tensor all = close.all()) {
            return all.itemLong() != 0;
        }
    }

    /** {@return size of the elements in bytes, {@code numel() * dtype().itemSize()}} */
    public long nbytes() {
        return numel() * dtype().itemSize();
    }
}
