// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.KeywayException;
import dev.keyway.Scalar;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.dispatch.KernelLayer.Entry;
import dev.keyway.dispatch.KernelLayer.Primitive;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives.Fill;
import org.jspecify.annotations.Nullable;

/** Runs the kernels of a device's primitives; the caller is inside a call or enters one. */
final class PrimitiveRunner {
    private final KeywayRuntime runtime;

    PrimitiveRunner(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    /** Writes the value everywhere. */
    void fill(ThreadState state, TensorImpl out, Scalar value) {
        DeviceImpl device = out.deviceImpl();
        Entry entry = device.backend().kernels().primitive(Primitive.FILL, out.dtype);
        run(state, need(entry, "fill", device, out.dtype), new Fill(value), out, null, null, null);
    }

    /**
     * Copies and converts; same shape. No driver need take a copy whose source and target overlap:
     * a tensor's copy onto itself is none, and a source that may overlap is copied first.
     */
    void copy(ThreadState state, TensorImpl out, TensorImpl self) {
        if (OutChecks.areSame(out, self)) {
            return;
        }
        if (OutChecks.mayOverlap(out, self)) {
            TensorImpl apart = runtime.adaptation.apart(state, self);
            try {
                copy(state, out, apart);
            } finally {
                apart.close();
            }
            return;
        }
        if (out.isChannelsLast() && self.isChannelsLast()) {
            copy(state, ChannelsLast.flat(out, out.numel), ChannelsLast.flat(self, self.numel));
            return;
        }
        DeviceImpl device = out.deviceImpl();
        Entry entry = device.backend().kernels().copy(self.dtype, out.dtype);
        if (entry == null) {
            throw missing("copy from " + self.dtype + " to", device, out.dtype);
        }
        run(state, entry, Attributes.NONE, out, self, null, null);
    }

    /** Any primitive with up to three inputs, made contiguous where the kernel wants that. */
    void run(
            ThreadState state,
            Entry entry,
            Attributes attributes,
            TensorImpl out,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b,
            @Nullable TensorImpl c) {
        if (out.numel == 0) {
            return;
        }
        boolean fits = isContiguous(a) && isContiguous(b) && isContiguous(c);
        if (entry.layout() != Layout.STRIDED && !fits) {
            try (Adapted adapted = state.takeAdapted(runtime).begin(entry.layout(), null)) {
                TensorImpl x = adapted.adapt(a, null);
                TensorImpl y = adapted.adapt(b, null);
                TensorImpl z = adapted.adapt(c, null);
                invoke(state, entry.kernel(), attributes, out, x, y, z);
            }
        } else {
            invoke(state, entry.kernel(), attributes, out, a, b, c);
        }
    }

    private static boolean isContiguous(@Nullable TensorImpl tensor) {
        return tensor == null || tensor.contiguous;
    }

    /** A primitive with several results of one input. */
    void runSeveral(
            ThreadState state,
            Entry entry,
            Attributes attributes,
            TensorImpl[] out,
            TensorImpl self) {
        if (self.numel == 0) {
            return;
        }
        state.settle();
        boolean dense = entry.layout() != Layout.STRIDED;
        TensorImpl ready = dense ? runtime.adaptation.contiguous(state, self) : self;
        state.enter();
        try {
            StreamImpl stream = state.streamOf(self.deviceImpl());
            use(state, stream, ready);
            for (TensorImpl result : out) {
                use(state, stream, result);
            }
            KernelCall call = state.call.prepare(attributes, stream);
            ((KernelN) entry.kernel()).run(call, out, new TensorImpl[] {ready});
        } catch (KeywayException | ArithmeticException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            DeviceImpl device = self.deviceImpl();
            String name = state.call.operatorName();
            throw device.backend().kernels().failed(entry.kernel(), name, device, e);
        } finally {
            state.call.giveBack();
            state.exit();
            closeCopy(self, ready);
        }
    }

    private static void closeCopy(@Nullable TensorImpl given, @Nullable TensorImpl used) {
        if (used != null && used != given) {
            used.close();
        }
    }

    /** Calls the kernel with the tensors as they are. */
    static void invoke(
            ThreadState state,
            Kernel kernel,
            Attributes attributes,
            TensorImpl out,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b,
            @Nullable TensorImpl c) {
        state.settle();
        state.enter();
        try {
            StreamImpl stream = state.streamOf(out.deviceImpl());
            use(state, stream, out);
            use(state, stream, a);
            use(state, stream, b);
            use(state, stream, c);
            KernelCall call = state.call.prepare(attributes, stream);
            switch (kernel) {
                case Kernel0 k -> k.run(call, out);
                case Kernel1 k -> k.run(call, out, need(a));
                case Kernel2 k -> k.run(call, out, need(a), need(b));
                case Kernel3 k -> k.run(call, out, need(a), need(b), c);
                case KernelN k -> listed(state, call, k, out, a, b, c);
            }
        } catch (KeywayException | ArithmeticException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            DeviceImpl device = out.deviceImpl();
            String name = state.call.operatorName();
            throw device.backend().kernels().failed(kernel, name, device, e);
        } finally {
            state.call.giveBack();
            state.exit();
        }
    }

    /** Calls a kernel that takes lists; one of a driver's queue may still read its own. */
    private static void listed(
            ThreadState state,
            KernelCall call,
            KernelN kernel,
            TensorImpl out,
            @Nullable TensorImpl a,
            @Nullable TensorImpl b,
            @Nullable TensorImpl c) {
        int count = c != null ? 3 : b != null ? 2 : 1;
        TensorImpl[] results = state.lists.of(out);
        @Nullable TensorImpl[] inputs = state.lists.of(count, need(a), count == 3 ? need(b) : b, c);
        kernel.run(call, results, inputs);
        if (out.storage.device.isSynchronous()) {
            state.lists.give(results);
            state.lists.give(inputs);
        }
    }

    /** Calls the kernel of a chain; the caller has entered a call. */
    static void fused(
            ThreadState state,
            StreamImpl stream,
            KernelN kernel,
            TensorImpl[] out,
            TensorImpl[] in) {
        DeviceImpl device = stream.device();
        for (TensorImpl result : out) {
            use(state, stream, result);
        }
        for (TensorImpl input : in) {
            use(state, stream, input);
        }
        try {
            int name = device.runtime().fusedName;
            kernel.run(state.call.prepareShort(Attributes.NONE, stream, name), out, in);
        } catch (KeywayException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw device.backend().kernels().failed(kernel, "fuse", device, e);
        } finally {
            state.call.end();
        }
    }

    /** Marks the storage as used by a call of this thread and by work on the stream. */
    static void use(ThreadState state, StreamImpl stream, @Nullable TensorImpl tensor) {
        if (tensor != null) {
            tensor.storage.use(state.thread);
            if (!tensor.storage.device.isSynchronous()) {
                tensor.storage.useOn(stream);
            }
        }
    }

    private static TensorImpl need(@Nullable TensorImpl tensor) {
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "the kernel takes more tensors than the operator has");
        }
        return tensor;
    }

    static Entry need(@Nullable Entry entry, String primitive, DeviceImpl device, DType dtype) {
        if (entry == null) {
            throw missing(primitive, device, dtype);
        }
        return entry;
    }

    private static RuntimeException missing(String primitive, DeviceImpl device, DType dtype) {
        return new UnsupportedOperatorException(
                "primitive "
                        + primitive
                        + " "
                        + dtype
                        + " is missing on "
                        + device.name()
                        + " of plugin "
                        + device.plugin()
                        + "; every backend must register it");
    }
}
