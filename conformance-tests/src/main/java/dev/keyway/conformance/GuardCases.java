// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.DeviceCases.require;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.MemoryStatistics;
import dev.keyway.Operator;
import dev.keyway.Ops;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Memory: sentinels around what a kernel writes, memory that comes back, running out of it. */
final class GuardCases {
    private static final int[] SIZES = {1, 3, 7, 8, 9, 17, 33, 64, 257};
    private static final int GUARD = 32;
    private static final int SENTINEL = 77;
    private static final long LARGEST_PIECE = 64L << 20;

    private GuardCases() {}

    static void add(DeviceCases.Group group) {
        for (DType dtype : List.of(DType.F32, DType.I32, DType.I64)) {
            for (String operator : List.of("neg", "abs")) {
                guarded(group, operator, dtype, 1);
            }
            for (String operator : List.of("mul.Tensor", "maximum", "mm")) {
                guarded(group, operator, dtype, 2);
            }
        }
        for (String operator : List.of("exp", "sqrt", "tanh")) {
            guarded(group, operator, DType.F32, 1);
        }
        group.add("fill_ writes inside its tensor", 257, GuardCases::fill);
        group.add("copy_ writes inside its tensor", 257, GuardCases::copy);
        group.add("freed memory can be allocated again", 0, GuardCases::comesBack);
        group.add("running out of memory is told and survived", 4, GuardCases::exhausted);
    }

    private static void guarded(
            DeviceCases.Group group, String operator, DType dtype, int arguments) {
        group.add(
                operator + " of " + dtype + " writes inside its result",
                257,
                bench -> {
                    for (int size : SIZES) {
                        guarded(bench, operator, dtype, arguments, size);
                    }
                });
    }

    private static void guarded(
            Workbench bench, String name, DType dtype, int arguments, int size) {
        boolean matrix = name.equals("mm");
        Tensor base = base(bench, dtype, matrix ? size * 2 : size);
        Tensor out = inner(bench, base);
        Tensor x = bench.keep(Ops.full(bench.device(), dtype, 2L, shape(matrix, size, true)));
        Tensor y = bench.keep(Ops.full(bench.device(), dtype, 3L, shape(matrix, size, false)));
        Tensor target = matrix ? bench.keep(out.view(size, 2)) : out;
        Operator operator = bench.keyway().operator(name);
        bench.keep(
                arguments == 1
                        ? operator.call(Attributes.NONE, target, x)
                        : operator.call(Attributes.NONE, target, x, y));
        check(base, name + " of " + size);
    }

    private static long[] shape(boolean matrix, int size, boolean left) {
        return matrix ? left ? new long[] {size, 5} : new long[] {5, 2} : new long[] {size};
    }

    /** Sentinels everywhere. */
    private static Tensor base(Workbench bench, DType dtype, int size) {
        return bench.keep(Ops.full(bench.device(), dtype, (long) SENTINEL, size + 2L * GUARD));
    }

    /** What lies between the guards. */
    private static Tensor inner(Workbench bench, Tensor base) {
        return bench.keep(base.slice(0, (long) GUARD, base.size(0) - GUARD, 1));
    }

    private static void check(Tensor base, String what) {
        double[] values = base.toDoubleArray();
        for (int i = 0; i < GUARD; i++) {
            require(
                    values[i] == SENTINEL,
                    what + " wrote " + (GUARD - i) + " elements before its result");
            require(
                    values[values.length - GUARD + i] == SENTINEL,
                    what + " wrote " + (i + 1) + " elements behind its result");
        }
    }

    private static void fill(Workbench bench) {
        for (int size : SIZES) {
            Tensor base = base(bench, DType.F32, size);
            inner(bench, base).fill_(5L);
            check(base, "fill_ of " + size);
        }
    }

    private static void copy(Workbench bench) {
        for (int size : SIZES) {
            Tensor base = base(bench, DType.I64, size);
            inner(bench, base).copy_(bench.keep(Ops.zeros(bench.device(), DType.F32, size)));
            check(base, "copy_ of " + size);
        }
    }

    /**
     * Twice the device's memory in all, in pieces; a device with very much of it is asked less, and
     * the host's memory is the runtime's.
     */
    private static void comesBack(Workbench bench) {
        MemoryStatistics memory = bench.device().memory();
        long piece = Math.min(memory.limit() / 2, LARGEST_PIECE);
        long rounds = bench.device().isHost() ? 2 : Math.min(24, 2 * memory.limit() / piece + 1);
        bench.device().emptyCache();
        for (long i = 0; i < rounds; i++) {
            try (Tensor x = Ops.empty(bench.device(), DType.U8, piece)) {
                require(x.nbytes() == piece, "a tensor of " + piece + " bytes is not");
            } catch (OutOfMemoryException e) {
                throw new ConformanceFailure(
                        "after " + i * piece + " bytes that were freed: " + e.getMessage());
            }
            bench.device().emptyCache();
        }
    }

    private static void exhausted(Workbench bench) {
        long tooMuch = bench.device().memory().limit() + (4L << 20);
        String message = refused(bench, tooMuch);
        require(message != null, tooMuch + " bytes were handed out, which is above the limit");
        require(
                String.valueOf(message).contains(bench.device().name()),
                "the error must name the device, got: " + message);
        float[] after =
                bench.keep(bench.keep(Ops.full(bench.device(), DType.F32, 2L, 4)).add(1.0))
                        .toFloatArray();
        require(after[3] == 3, "after running out of memory the device computes wrongly");
    }

    private static @Nullable String refused(Workbench bench, long bytes) {
        try (Tensor x = Ops.empty(bench.device(), DType.U8, bytes)) {
            return x.isClosed() ? "" : null;
        } catch (OutOfMemoryException e) {
            return e.getMessage();
        }
    }
}
