// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.toolkit.Elements;
import dev.keyway.spi.toolkit.StridedLoop;
import dev.keyway.plugins.opencl.device.OpenClStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a device can't compute to the bit and the host can: results that are specified in f64
 * arithmetic of {@code java.lang.StrictMath}, and, on devices without f64, conversions of f64.
 */
final class HostComputed {
    private HostComputed() {}

    /** Fills a contiguous result with what {@code values} writes. */
    static void fill(KernelCall call, Tensor out, Consumer<Elements> values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(out.nbytes(), 64);
            values.accept(Elements.of(host, out.dtype()));
            OpenClStream.of(call)
                    .write(host, out.storage().handle(), CopyKernels.firstByte(out), out.nbytes());
        }
    }

    /** Converts on the host. */
    static void convert(KernelCall call, Tensor out, Tensor self) {
        boolean floating = self.dtype().isFloating();
        map(
                call,
                out,
                self,
                (to, from) ->
                        StridedLoop.of(out, self)
                                .forEach(
                                        at -> {
                                            if (floating) {
                                                to.setDouble(at[0], from.getDouble(at[1]));
                                            } else {
                                                to.setLong(at[0], from.getLong(at[1]));
                                            }
                                        }));
    }

    /**
     * Computes out, the consumer's first argument, from self on the host, each from its first
     * element on; waits for the stream, as the elements must come over first.
     */
    static void map(KernelCall call, Tensor out, Tensor self, BiConsumer<Elements, Elements> work) {
        OpenClStream stream = OpenClStream.of(call);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = download(stream, arena, self);
            MemorySegment to = download(stream, arena, out);
            work.accept(Elements.of(to, out.dtype()), Elements.of(from, self.dtype()));
            stream.write(to, out.storage().handle(), CopyKernels.firstByte(out), to.byteSize());
        }
    }

    /** The bytes from a tensor's first to its last element, with what lies between. */
    private static MemorySegment download(OpenClStream stream, Arena arena, Tensor tensor) {
        long elements = 1;
        for (int d = 0; d < tensor.dim(); d++) {
            elements += (tensor.size(d) - 1) * tensor.stride(d);
        }
        MemorySegment host = arena.allocate(elements * tensor.dtype().itemSize(), 64);
        stream.read(
                tensor.storage().handle(), CopyKernels.firstByte(tensor), host, host.byteSize());
        return host;
    }
}
