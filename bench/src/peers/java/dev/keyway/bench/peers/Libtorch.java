// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Real libtorch, from the natives that DJL ships. Its C++ functions are called directly through the
 * foreign function interface, without a transition of the thread's state: no JNI, no Java object
 * for a tensor, no DJL in between. That is the fastest way to it that Java has. The calling thread
 * is put into inference mode, where libtorch skips everything that gradients need.
 */
public final class Libtorch {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final int KEYS = 64;
    private static final List<String> AUTOGRAD =
            List.of(
                    "ADInplaceOrView",
                    "AutogradOther",
                    "AutogradFunctionality",
                    "AutogradNestedTensor");

    private final SymbolLookup symbols = SymbolLookup.loaderLookup();
    private final NDManager manager;

    /** Loads the library and sets it up for the calling thread. */
    public Libtorch(int threads) {
        Engine engine = Engine.getEngine("PyTorch");
        manager = engine.newBaseManager();
        try {
            function("_ZN2at15set_num_threadsEi", ValueLayout.JAVA_INT).invoke(threads);
            function("_ZN3c108GradMode11set_enabledEb", ValueLayout.JAVA_BOOLEAN).invoke(false);
            infer();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** What {@code c10::InferenceMode} does with the thread's dispatch keys. */
    private void infer() throws Throwable {
        MethodHandle name =
                handle(
                        "_ZN3c108toStringENS_11DispatchKeyE",
                        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT));
        MethodHandle exclude =
                function(
                        "_ZN3c104impl29tls_set_dispatch_key_excludedENS_11DispatchKeyEb",
                        ValueLayout.JAVA_SHORT,
                        ValueLayout.JAVA_BOOLEAN);
        MethodHandle include =
                function(
                        "_ZN3c104impl29tls_set_dispatch_key_includedENS_11DispatchKeyEb",
                        ValueLayout.JAVA_SHORT,
                        ValueLayout.JAVA_BOOLEAN);
        int found = 0;
        for (short key = 0; key < KEYS; key++) {
            MemorySegment text = (MemorySegment) name.invoke(key);
            if (AUTOGRAD.contains(text.reinterpret(KEYS).getString(0))) {
                found++;
                include.invoke(key, false);
                exclude.invoke(key, true);
            }
        }
        if (found != AUTOGRAD.size()) {
            throw new IllegalStateException("libtorch names its dispatch keys differently");
        }
    }

    /** The version, as the row of a table names it. */
    public String version() {
        return "libtorch " + Engine.getEngine("PyTorch").getVersion();
    }

    /** A function without a result by its mangled name. */
    public MethodHandle function(String name, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.ofVoid(arguments));
    }

    private MethodHandle handle(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol =
                symbols.find(name)
                        .orElseThrow(() -> new IllegalStateException("libtorch lacks " + name));
        return LINKER.downcallHandle(symbol, descriptor, Linker.Option.critical(false));
    }

    /** A tensor from numbers. */
    public NDArray tensor(float[] numbers, long... sizes) {
        return own(manager.create(numbers, new Shape(sizes)));
    }

    /** A tensor of i64 from numbers. */
    public NDArray tensor(long[] numbers, long... sizes) {
        return own(manager.create(numbers, new Shape(sizes)));
    }

    /** In libtorch's memory, at its alignment; what DJL creates lies in a buffer of Java's. */
    private static NDArray own(NDArray created) {
        try (created) {
            return created.duplicate();
        }
    }

    /**
     * A view of the C++ object of a tensor at the address, which stays its owner's; not to close.
     */
    public NDArray view(long address) {
        return new PtNDArray((PtNDManager) manager, address);
    }

    /** The address of the C++ object of a tensor. */
    public static long address(NDArray tensor) {
        return ((PtNDArray) tensor).getHandle();
    }

    /** The number 1 as a {@code c10::Scalar}: a tag, 0 for a double, and the value at 16. */
    public static MemorySegment one() {
        MemorySegment scalar = Arena.global().allocate(32, 16);
        scalar.set(ValueLayout.JAVA_DOUBLE, 16, 1.0);
        return scalar;
    }

    /** For what a method handle declares to throw. */
    public static RuntimeException failed(Throwable e) {
        return new IllegalStateException("calling libtorch failed", e);
    }
}
