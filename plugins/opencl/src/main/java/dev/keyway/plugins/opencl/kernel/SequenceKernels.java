// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClDevice;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.Elements;
import dev.keyway.spi.toolkit.Philox;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Random numbers and ranges. */
public final class SequenceKernels {
    private SequenceKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.random(SequenceKernels::random);
        registry.arange(SequenceKernels::arange);
    }

    private static @Nullable Kernel0 random(RandomOp op, DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        if (op == RandomOp.NORMAL && dtype == DType.F64) {
            // Specified in StrictMath's logarithm, sine and cosine, whose bits no device promises.
            return (call, out) -> HostComputed.fill(call, out, to -> normal(call, out, to));
        }
        String type = Types.stored(dtype);
        String element =
                switch (op) {
                    case UNIFORM ->
                            dtype == DType.F64
                                    ? "(double)(((ulong)(word) << 21)"
                                            + " | (((word) * 0x9E3779B9u) >> 11)) * 0x1.0p-53"
                                    : "((word) >> 8) * 0x1.0p-24f";
                    case NORMAL -> "normal(even, odd, (int)(i & 1))";
                    case INTEGER -> "(T)(from + (long)((ulong)(word) % range))";
                    default -> "(T)(((word) >> 8) < count ? 1 : 0)";
                };
        KernelSource source =
                KernelSource.of(
                        Map.of("T", type, op.name(), "1", "ELEMENT(word)", "(" + element + ")"),
                        "random");
        return (call, out) -> {
            if (op == RandomOp.NORMAL && !OpenClDevice.of(call).info().correctDivision()) {
                HostComputed.fill(call, out, to -> normal(call, out, to));
                return;
            }
            Primitives.Random given = call.attributes(Primitives.Random.class);
            Arguments args = new Arguments().tensor(out).number(out.numel());
            args.number(given.seed()).number(given.offset());
            args.number(given.from()).number(Math.max(1, given.to() - given.from()));
            args.integer(below(given.probability()));
            launch(call, source, "random_numbers", out, args);
        };
    }

    /** How many of the 2^24 uniform numbers k/2^24 are below the probability. */
    private static int below(double probability) {
        return (int) Math.clamp(Math.ceil(probability * (1 << 24)), 0.0, (double) (1 << 24));
    }

    private static void normal(KernelCall call, Tensor out, Elements to) {
        Primitives.Random given = call.attributes(Primitives.Random.class);
        long blocks = (out.numel() + 3) / 4;
        call.workers()
                .parallel(
                        blocks,
                        1 << 12,
                        (start, end) -> {
                            int[] words = new int[4];
                            for (long block = start; block < end; block++) {
                                Philox.block(given.seed(), given.offset() + block, words);
                                long last = Math.min(4, out.numel() - 4 * block);
                                for (int w = 0; w < last; w++) {
                                    double value =
                                            normal(words[w & 2], words[w | 1], w, out.dtype());
                                    to.setDouble(4 * block + w, value);
                                }
                            }
                        });
    }

    private static double normal(int first, int second, int word, DType dtype) {
        boolean sine = (word & 1) == 1;
        return dtype == DType.F64
                ? Philox.normalDouble(first, second, sine)
                : Philox.normal(first, second, sine);
    }

    private static @Nullable Kernel0 arange(DType dtype) {
        if (!Types.isNumber(dtype)) {
            return null;
        }
        boolean floating = dtype.isFloating();
        KernelSource source =
                KernelSource.of(
                        Map.of("T", Types.stored(dtype), "S", floating ? "double" : "long"),
                        "arange");
        return (call, out) -> {
            Primitives.Arange given = call.attributes(Primitives.Arange.class);
            if (floating && !OpenClDevice.of(call).info().fp64()) {
                HostComputed.fill(call, out, to -> range(given, out.numel(), to));
                return;
            }
            Arguments args = new Arguments().tensor(out).number(out.numel());
            if (floating) {
                args.real(given.start().doubleValue()).real(given.step().doubleValue());
            } else {
                args.number(given.start().longValue()).number(given.step().longValue());
            }
            launch(call, source, "arange", out, args);
        };
    }

    private static void range(Primitives.Arange given, long n, Elements to) {
        for (long i = 0; i < n; i++) {
            to.setDouble(i, given.start().doubleValue() + i * given.step().doubleValue());
        }
    }

    private static void launch(
            KernelCall call, KernelSource source, String entry, Tensor out, Arguments args) {
        OpenClStream.of(call)
                .launch(call.operatorName(), source, entry, WorkSize.of(out.numel()), args);
    }
}
