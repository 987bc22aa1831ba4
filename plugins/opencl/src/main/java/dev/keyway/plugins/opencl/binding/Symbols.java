// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import dev.keyway.DeviceException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of a library by name and signature: a letter for the result and one for each parameter,
 * {@code i} for 32 bits, {@code l} for 64 bits, pointers and sizes.
 */
final class Symbols {
    private final SymbolLookup lookup;

    Symbols(SymbolLookup lookup) {
        this.lookup = lookup;
    }

    /**
     * A handle that calls the function.
     *
     * @throws DeviceException when the library lacks it
     */
    MethodHandle bind(String name, String signature) {
        MemoryLayout[] parameters = new MemoryLayout[signature.length() - 1];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = layout(signature.charAt(i + 1));
        }
        return Linker.nativeLinker()
                .downcallHandle(
                        require(name),
                        FunctionDescriptor.of(layout(signature.charAt(0)), parameters));
    }

    /**
     * Where the function is.
     *
     * @throws DeviceException when the library lacks it
     */
    MemorySegment require(String name) {
        return lookup.find(name)
                .orElseThrow(
                        () ->
                                new DeviceException(
                                        "the library lacks " + name + ", which OpenCL 1.2 has"));
    }

    private static MemoryLayout layout(char type) {
        return switch (type) {
            case 'i' -> ValueLayout.JAVA_INT;
            case 'l' -> ValueLayout.JAVA_LONG;
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    /** What a downcall never throws. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known
                ? known
                : new IllegalStateException("a call of OpenCL failed", e);
    }
}
