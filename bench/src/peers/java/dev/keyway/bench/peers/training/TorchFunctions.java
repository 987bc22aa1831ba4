// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.training;

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

/** What DJL has no method for. */
final class TorchFunctions {
    private static final byte CHANNELS_LAST = 2;

    private TorchFunctions() {}

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        SymbolLookup.loaderLookup().findOrThrow(name),
                        FunctionDescriptor.ofVoid(arguments));
    }

    /** Sets libtorch's threads. */
    static void setThreads(int threads) {
        try {
            function("_ZN2at15set_num_threadsEi", ValueLayout.JAVA_INT).invoke(threads);
        } catch (Throwable e) {
            throw new IllegalStateException("telling libtorch its threads failed", e);
        }
    }

    /** A copy of an array of four dimensions with its channels next to each other in memory. */
    static PtNDArray channelsLast(PtNDArray array) {
        ValueLayout pointer = ValueLayout.JAVA_LONG;
        MemorySegment result = Arena.global().allocate(pointer);
        try {
            function(
                            "_ZN2at4_ops10contiguous4callERKNS_6TensorEN3c1012MemoryFormatE",
                            pointer,
                            pointer,
                            ValueLayout.JAVA_BYTE)
                    .invoke(result.address(), (long) array.getHandle(), CHANNELS_LAST);
        } catch (Throwable e) {
            throw new IllegalStateException("telling libtorch the layout failed", e);
        }
        PtNDArray view = new PtNDArray((PtNDManager) array.getManager(), result.address());
        PtNDArray copy = (PtNDArray) view.duplicate();
        view.detach();
        return copy;
    }
}
