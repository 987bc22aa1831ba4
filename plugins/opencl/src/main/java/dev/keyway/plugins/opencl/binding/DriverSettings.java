// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Settings of drivers that must be in the environment before the first OpenCL call. PoCL replaces
 * the JVM's handler of SIGFPE, after which a division by zero in Java gives a wrong result instead
 * of an ArithmeticException; POCL_SIGFPE_HANDLER=0 keeps it from that.
 */
final class DriverSettings {
    private DriverSettings() {}

    static void apply() {
        SymbolLookup standard = Linker.nativeLinker().defaultLookup();
        MemorySegment function = standard.find("setenv").orElse(MemorySegment.NULL);
        if (function.address() == 0) {
            return; // Windows, where PoCL installs no such handler
        }
        MethodHandle setenv =
                Linker.nativeLinker()
                        .downcallHandle(
                                function,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom("POCL_SIGFPE_HANDLER");
            int failed = (int) setenv.invokeExact(name, arena.allocateFrom("0"), 1);
            if (failed != 0) {
                throw new IllegalStateException("setenv failed");
            }
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }
}
