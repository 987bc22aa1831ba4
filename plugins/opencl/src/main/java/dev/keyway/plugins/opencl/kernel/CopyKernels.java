// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.OpenClDevice;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.kernel.Elementwise.Builder;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.toolkit.Elements;
import dev.keyway.spi.toolkit.StridedLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fill and copy, for all dtypes. */
public final class CopyKernels {
    private CopyKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.fill(CopyKernels::fill);
        registry.copy(CopyKernels::copy);
    }

    private static Kernel0 fill(DType dtype) {
        int size = dtype.itemSize();
        Elementwise kernel = Builder.bits(size).value(Types.bits(size)).function("value");
        return (call, out) -> {
            Scalar value = call.attributes(Primitives.Fill.class).value();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment pattern = arena.allocate(8, 8);
                write(Elements.of(pattern, dtype), value);
                if (StridedLoop.of(out).isContiguous()) {
                    OpenClStream.of(call)
                            .fill(
                                    out.storage().handle(),
                                    pattern.asSlice(0, size),
                                    firstByte(out),
                                    out.nbytes());
                } else {
                    long bits = pattern.get(ValueLayout.JAVA_LONG, 0);
                    kernel.run(
                            call,
                            args -> {
                                if (size == 8) {
                                    args.number(bits);
                                } else {
                                    args.small(size, (int) bits);
                                }
                            },
                            out);
                }
            }
        };
    }

    private static void write(Elements to, Scalar value) {
        if (value.dtype().isFloating()) {
            to.setDouble(0, value.doubleValue());
        } else {
            to.setLong(0, value.longValue());
        }
    }

    static long firstByte(Tensor tensor) {
        return tensor.storage().offset() + tensor.storageOffset() * tensor.dtype().itemSize();
    }

    private static Kernel1 copy(DType from, DType to) {
        if (from == to) {
            return move(from);
        }
        Elementwise kernel = new Builder(to).input(from).function(Conversions.expression(from, to));
        if (from != DType.F64 && to != DType.F64) {
            return (call, out, self) -> kernel.run(call, out, self);
        }
        return (call, out, self) -> {
            if (OpenClDevice.of(call).info().fp64()) {
                kernel.run(call, out, self);
            } else {
                HostComputed.convert(call, out, self);
            }
        };
    }

    private static Kernel1 move(DType dtype) {
        int size = dtype.itemSize();
        Elementwise kernel = Builder.bits(size).inputBits(size).function("x");
        return (call, out, self) -> {
            if (StridedLoop.of(out, self).isContiguous()) {
                OpenClStream.of(call)
                        .copy(
                                self.storage().handle(),
                                firstByte(self),
                                out.storage().handle(),
                                firstByte(out),
                                out.nbytes());
            } else {
                kernel.run(call, out, self);
            }
        };
    }
}
