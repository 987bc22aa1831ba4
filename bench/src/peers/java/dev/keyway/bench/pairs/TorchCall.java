// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import dev.keyway.bench.peers.Libtorch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A call of libtorch with its arguments. What it returned is released before the next call. */
final class TorchCall implements Runnable {
    private final MethodHandle call;
    private final MethodHandle release;
    private final MemorySegment returned;

    TorchCall(MethodHandle call, MethodHandle release, MemorySegment returned) {
        this.call = call;
        this.release = release;
        this.returned = returned;
    }

    @Override
    public void run() {
        release();
        try {
            call.invokeExact();
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }

    /** Drops what was returned last. */
    void release() {
        for (long at = 0; at < returned.byteSize(); at += ValueLayout.JAVA_LONG.byteSize()) {
            if (returned.get(ValueLayout.JAVA_LONG, at) != 0) {
                try {
                    release.invokeExact(returned.address() + at);
                } catch (Throwable e) {
                    throw Libtorch.failed(e);
                }
                returned.set(ValueLayout.JAVA_LONG, at, 0);
            }
        }
    }

    /** How many tensors it returns. */
    int results() {
        return (int) (returned.byteSize() / ValueLayout.JAVA_LONG.byteSize());
    }

    /** The tensor objects that it returned; a tuple has its elements in reverse order. */
    MemorySegment returned() {
        return returned;
    }

    /** One of them. */
    MemorySegment returned(int index) {
        return returned.asSlice((results() - 1L - index) * 8, 8);
    }
}
