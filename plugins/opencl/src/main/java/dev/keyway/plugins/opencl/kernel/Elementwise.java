// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An element-by-element function of up to three tensors of one shape and any strides, from the
 * template {@code pointwise.cl}.
 */
final class Elementwise {
    private static final int MAX_DIMS = 8;

    private final KernelSource source;
    private final boolean fallible;

    private Elementwise(KernelSource source, boolean fallible) {
        this.source = source;
        this.fallible = fallible;
    }

    /** What differs between functions. */
    static final class Builder {
        private final Map<String, String> macros = new HashMap<>();
        private String template = "pointwise";
        private boolean fallible;
        private int arity;

        Builder(DType out) {
            macros.put("TO", Types.stored(out));
            macros.put("STORE(p, i, value)", Types.store(out));
        }

        Builder input(DType dtype) {
            String letter = "ABC".substring(arity, arity + 1);
            arity++;
            macros.put("T" + letter, Types.stored(dtype));
            macros.put("LOAD" + letter + "(p, i)", Types.load(dtype));
            return this;
        }

        /** Moved as bits, without arithmetic; of the out's width. */
        static Builder bits(int itemSize) {
            Builder builder = new Builder(DType.U8);
            builder.macros.put("TO", Types.bits(itemSize));
            return builder;
        }

        Builder inputBits(int itemSize) {
            input(DType.U8);
            macros.put("T" + "ABC".charAt(arity - 1), Types.bits(itemSize));
            return this;
        }

        Builder arithmetic(DType dtype) {
            template = "arithmetic";
            macros.put("T", Types.stored(dtype));
            if (dtype.isFloating()) {
                macros.put("FLOATING", "1");
            } else if (dtype.isIntegral()) {
                macros.put("UT", Types.unsigned(dtype));
            }
            return this;
        }

        Builder value(String type) {
            macros.put("VALUE", type);
            return this;
        }

        Builder fallible(boolean may) {
            fallible = may;
            return this;
        }

        /** The function of {@code x}, {@code y}, {@code z}, and {@code value} if there is one. */
        Elementwise function(String expression) {
            macros.put("ARITY", Integer.toString(arity));
            macros.put("FUNCTION(x, y, z)", "(" + expression + ")");
            if (fallible) {
                macros.put("FALLIBLE", "1");
            }
            KernelSource source =
                    template.equals("pointwise")
                            ? KernelSource.of(macros, "pointwise")
                            : KernelSource.of(macros, template, "pointwise");
            return new Elementwise(source, fallible);
        }
    }

    /** Submits; out comes first, then the inputs. */
    void run(KernelCall call, Tensor... operands) {
        run(call, _ -> {}, operands);
    }

    /** The same with a value, which {@code value} adds. */
    void run(KernelCall call, Consumer<Arguments> value, Tensor... operands) {
        StridedLoop loop = StridedLoop.of(operands);
        if (loop.rows() == 0) {
            return;
        }
        if (loop.isContiguous()) {
            Arguments args = new Arguments();
            for (Tensor operand : operands) {
                args.tensor(operand);
            }
            value.accept(args);
            args.number(loop.rowSize());
            submit(call, "contiguous", WorkSize.of(loop.rowSize()), args);
        } else {
            outer(call, value, loop, operands, 0, new long[operands.length]);
        }
    }

    /** Dimensions that the kernel has no room for are loops here. */
    private void outer(
            KernelCall call,
            Consumer<Arguments> value,
            StridedLoop loop,
            Tensor[] operands,
            int dim,
            long[] offsets) {
        if (loop.dims() - dim <= MAX_DIMS) {
            strided(call, value, loop, operands, dim, offsets);
            return;
        }
        for (long i = 0; i < loop.size(dim); i++) {
            long[] at = offsets.clone();
            for (int k = 0; k < at.length; k++) {
                at[k] += i * loop.stride(k, dim);
            }
            outer(call, value, loop, operands, dim + 1, at);
        }
    }

    private void strided(
            KernelCall call,
            Consumer<Arguments> value,
            StridedLoop loop,
            Tensor[] operands,
            int from,
            long[] offsets) {
        int dims = loop.dims() - from;
        long[] shape = new long[1 + MAX_DIMS * (1 + operands.length)];
        shape[0] = dims;
        Arguments args = new Arguments();
        long rows = 1;
        for (int d = 0; d < dims; d++) {
            shape[1 + d] = loop.size(from + d);
            rows *= d < dims - 1 ? loop.size(from + d) : 1;
            for (int k = 0; k < operands.length; k++) {
                shape[1 + MAX_DIMS * (1 + k) + d] = loop.stride(k, from + d);
            }
        }
        for (int k = 0; k < operands.length; k++) {
            args.tensor(operands[k], offsets[k]);
        }
        value.accept(args);
        args.structure(shape);
        submit(call, "strided", WorkSize.rows(loop.rowSize(), rows), args);
    }

    private void submit(KernelCall call, String entry, WorkSize size, Arguments args) {
        if (fallible) {
            args.fallible();
        }
        OpenClStream.of(call).launch(call.operatorName(), source, entry, size, args);
    }
}
