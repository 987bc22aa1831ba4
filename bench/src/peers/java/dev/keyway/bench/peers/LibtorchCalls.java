// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** How libtorch's {@code out} functions take their arguments. */
enum LibtorchCalls implements LibtorchUnary.Call {
    /** {@code (self, out)}. */
    PLAIN(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG) {
        @Override
        public MethodHandle bind(MethodHandle function, long self, long out) {
            return MethodHandles.insertArguments(function, 0, self, out);
        }
    },
    /** {@code (self, dim = -1, half_to_float = false, out)}. */
    LAST_DIMENSION(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_BOOLEAN,
            ValueLayout.JAVA_LONG) {
        @Override
        public MethodHandle bind(MethodHandle function, long self, long out) {
            return MethodHandles.insertArguments(function, 0, self, -1L, false, out);
        }
    },
    /** {@code (self, optional dtype = none, out)}. */
    TO_NUMBER(ValueLayout.JAVA_LONG, ValueLayout.JAVA_SHORT, ValueLayout.JAVA_LONG) {
        @Override
        public MethodHandle bind(MethodHandle function, long self, long out) {
            return MethodHandles.insertArguments(function, 0, self, (short) 0, out);
        }
    },
    /** {@code (self, dims = {-1}, keepdim = false, out)}; the list is an address and a count. */
    DIMENSIONS(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_BOOLEAN,
            ValueLayout.JAVA_LONG) {
        @Override
        public MethodHandle bind(MethodHandle function, long self, long out) {
            MemorySegment last = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, -1L);
            return MethodHandles.insertArguments(function, 0, self, last.address(), 1L, false, out);
        }
    };

    private final MemoryLayout[] arguments;

    LibtorchCalls(MemoryLayout... arguments) {
        this.arguments = arguments;
    }

    @Override
    public MemoryLayout[] arguments() {
        return arguments.clone();
    }
}
