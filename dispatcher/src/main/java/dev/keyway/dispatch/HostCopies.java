// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static java.util.Objects.requireNonNull;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.Scalar;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.Function;

/** Transfers between tensors and host memory. */
final class HostCopies {
    private HostCopies() {}

    static Scalar item(TensorImpl tensor) {
        if (tensor.numel != 1) {
            throw new ArgumentException(
                    "item: a tensor with one element is needed, got "
                            + Shapes.describe(tensor)
                            + "; use toFloatArray() or select elements first");
        }
        return scalar(tensor);
    }

    /** The single element. */
    static Scalar scalar(TensorImpl tensor) {
        DType wide =
                tensor.dtype.isFloating()
                        ? DType.F64
                        : tensor.dtype == DType.BOOL ? DType.BOOL : DType.I64;
        return read(
                tensor,
                wide,
                segment ->
                        switch (wide) {
                            case F64 -> Scalar.of(segment.get(ValueLayout.JAVA_DOUBLE, 0));
                            case BOOL -> Scalar.of(segment.get(ValueLayout.JAVA_BYTE, 0) != 0);
                            default -> Scalar.of(segment.get(ValueLayout.JAVA_LONG, 0));
                        });
    }

    static float[] floats(TensorImpl tensor) {
        return read(tensor, DType.F32, segment -> segment.toArray(ValueLayout.JAVA_FLOAT));
    }

    static double[] doubles(TensorImpl tensor) {
        return read(tensor, DType.F64, segment -> segment.toArray(ValueLayout.JAVA_DOUBLE));
    }

    static long[] longs(TensorImpl tensor) {
        return read(tensor, DType.I64, segment -> segment.toArray(ValueLayout.JAVA_LONG));
    }

    static boolean[] booleans(TensorImpl tensor) {
        return read(
                tensor,
                DType.BOOL,
                segment -> {
                    boolean[] values = new boolean[(int) segment.byteSize()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = segment.get(ValueLayout.JAVA_BYTE, i) != 0;
                    }
                    return values;
                });
    }

    static void copyTo(TensorImpl tensor, MemorySegment target) {
        if (target.byteSize() != tensor.nbytes()) {
            throw new ArgumentException(
                    "copyTo: "
                            + Shapes.describe(tensor)
                            + " has "
                            + tensor.nbytes()
                            + " bytes, the target "
                            + target.byteSize());
        }
        copy(tensor, tensor.dtype, target);
    }

    private static <R> R read(TensorImpl tensor, DType dtype, Function<MemorySegment, R> use) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(tensor.numel * dtype.itemSize(), 64);
            copy(tensor, dtype, host);
            return use.apply(host);
        }
    }

    /** Row-major elements in the dtype; waits for the device. */
    private static void copy(TensorImpl tensor, DType dtype, MemorySegment target) {
        KeywayRuntime runtime = tensor.runtime();
        ThreadState state = runtime.threadState();
        state.enter();
        try {
            tensor.checkOpen();
            tensor.deviceImpl().checkOpen();
            runtime.observers().hostSync(tensor.deviceImpl());
            try (Adapted adapted = state.takeAdapted(runtime).begin(Layout.CONTIGUOUS, null)) {
                download(state, requireNonNull(adapted.adapt(tensor, dtype)), target);
            }
        } finally {
            state.exit();
        }
    }

    private static void download(ThreadState state, TensorImpl dense, MemorySegment target) {
        if (dense.numel == 0) {
            return;
        }
        dense.storage.use(state.thread);
        DeviceStream stream = state.streamOf(dense.deviceImpl()).driver();
        long start = dense.storage.offset() + dense.storageOffset * dense.dtype.itemSize();
        DeviceImpl device = dense.deviceImpl();
        driver(
                "copy to host",
                device,
                memory ->
                        memory.copyToHost(
                                dense.storage.handle(), start, target, dense.nbytes(), stream));
    }

    /** Calls the driver; what it lets out that is none of Keyway's errors says whose it is. */
    private static void driver(String what, DeviceImpl device, Consumer<DeviceMemory> copy) {
        try {
            copy.accept(device.deviceMemory());
        } catch (KeywayException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw device.failed(what, e);
        }
    }

    /** Fills a contiguous tensor from host bytes. */
    static void upload(ThreadState state, TensorImpl tensor, MemorySegment source) {
        if (tensor.numel == 0) {
            return;
        }
        state.enter();
        try {
            tensor.deviceImpl().checkOpen();
            tensor.storage.use(state.thread);
            DeviceStream stream = state.streamOf(tensor.deviceImpl()).driver();
            driver(
                    "copy from host",
                    tensor.deviceImpl(),
                    memory ->
                            memory.copyFromHost(
                                    source,
                                    tensor.storage.handle(),
                                    tensor.storage.offset(),
                                    tensor.nbytes(),
                                    stream));
        } finally {
            state.exit();
        }
    }

    /** A copy of the tensor on another device, by way of the host. */
    static TensorImpl transfer(TensorImpl tensor, DeviceImpl device) {
        KeywayRuntime runtime = tensor.runtime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(Math.max(tensor.nbytes(), 1), 64);
            copy(tensor, tensor.dtype, host.asSlice(0, tensor.nbytes()));
            TensorImpl result = runtime.allocate(device, tensor.dtype, tensor.sizes);
            try {
                upload(runtime.threadState(), result, host);
                return result;
            } catch (RuntimeException | Error e) {
                result.close();
                throw e;
            }
        }
    }
}
