// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** The sum of two small tensors by libtorch. */
public final class LibtorchAdd {
    private static final String RELEASE =
            "_ZN3c1013intrusive_ptrINS_10TensorImplENS_19UndefinedTensorImplEE6reset_Ev";

    private final Libtorch library;
    private final MethodHandle add;
    private final MethodHandle addOut;
    private final MethodHandle kernel;
    private final MethodHandle release;
    private final NDArray out;
    private final long outAddress;
    private final long self;
    private final long other;
    private final long alpha = Libtorch.one().address();
    private final MemorySegment result = Arena.global().allocate(ValueLayout.JAVA_LONG);
    private final long resultAddress = result.address();

    /** On one thread, with operands of this many numbers. */
    public LibtorchAdd(int count) {
        library = new Libtorch(1);
        ValueLayout pointer = ValueLayout.JAVA_LONG;
        add =
                library.function(
                        "_ZN2at4_ops10add_Tensor4callERKNS_6TensorES4_RKN3c106ScalarE",
                        pointer,
                        pointer,
                        pointer,
                        pointer);
        addOut =
                library.function(
                        "_ZN2at4_ops7add_out4callERKNS_6TensorES4_RKN3c106ScalarERS2_",
                        pointer,
                        pointer,
                        pointer,
                        pointer);
        kernel =
                library.function(
                        "_ZN2at3cpu3addERKNS_6TensorES3_RKN3c106ScalarE",
                        pointer,
                        pointer,
                        pointer,
                        pointer);
        release = library.function(RELEASE, pointer);
        float[] numbers = new float[count];
        Arrays.fill(numbers, 1);
        self = Libtorch.address(library.tensor(numbers, count));
        Arrays.fill(numbers, 2);
        other = Libtorch.address(library.tensor(numbers, count));
        out = library.tensor(new float[count], count);
        outAddress = Libtorch.address(out);
        check(count);
    }

    private void check(int count) {
        float[] expected = new float[count];
        Arrays.fill(expected, 3);
        addOut();
        if (!Arrays.equals(out.toFloatArray(), expected)) {
            throw new IllegalStateException("libtorch adds wrongly: " + out);
        }
    }

    /** The library's name and version. */
    public String version() {
        return library.version();
    }

    /** A new tensor, released. */
    public void add() {
        try {
            add.invokeExact(resultAddress, self, other, alpha);
            release.invokeExact(resultAddress);
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }

    /** Into a tensor that is there. */
    public void addOut() {
        try {
            addOut.invokeExact(self, other, alpha, outAddress);
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }

    /** A new tensor, released; the CPU's function without libtorch's dispatcher. */
    public void addWithoutDispatch() {
        try {
            kernel.invokeExact(resultAddress, self, other, alpha);
            release.invokeExact(resultAddress);
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }
}
