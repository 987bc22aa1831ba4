// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl;

import dev.keyway.Device;
import dev.keyway.dispatch.LoadedBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;

/**
 * The context of a device of a plugin, retained: as every buffer, queue, program and event retains
 * its context, the number of references to it tells whether any is left.
 */
final class NativeContext {
    private static final int REFERENCE_COUNT = 0x1080;
    private static final SymbolLookup LIBRARY =
            SymbolLookup.libraryLookup("libOpenCL.so.1", Arena.global());
    private static final FunctionDescriptor HANDLE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);

    private final long handle;

    private NativeContext(long handle) {
        this.handle = handle;
    }

    /** Of the driver that the runtime holds, whichever class loader its class is of. */
    static NativeContext retain(Device device) throws Throwable {
        Object driver = LoadedBackend.driver(device);
        Method context = driver.getClass().getDeclaredMethod("context");
        context.setAccessible(true);
        NativeContext retained = new NativeContext((long) context.invoke(driver));
        int status = (int) function("clRetainContext", HANDLE).invokeExact(retained.handle);
        if (status != 0) {
            throw new AssertionError("clRetainContext: " + status);
        }
        return retained;
    }

    /** References of others than this; lets go of its own. */
    int release() throws Throwable {
        MethodHandle info =
                function(
                        "clGetContextInfo",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            int status = (int) info.invokeExact(handle, REFERENCE_COUNT, 4L, count, 0L);
            int released = (int) function("clReleaseContext", HANDLE).invokeExact(handle);
            if (status != 0 || released != 0) {
                throw new AssertionError("status " + status + ", " + released);
            }
            return count.get(ValueLayout.JAVA_INT, 0) - 1;
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(LIBRARY.find(name).orElseThrow(), type);
    }
}
