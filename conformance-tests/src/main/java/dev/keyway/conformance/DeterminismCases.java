// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.FallbackPolicy;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.HostBytes;
import dev.keyway.conformance.sample.CaseId;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Operators on tensors large enough to be split among threads: the same bits again and again, also
 * when two threads call at once. The bits enter the report's digest, which must not depend on the
 * number of threads.
 */
final class DeterminismCases {
    private static final int REPEATS = 3;

    private DeterminismCases() {}

    static List<ConformanceCase> all(long seed) {
        List<ConformanceCase> cases = new ArrayList<>();
        Input large = reals(seed, 70_001);
        add(cases, seed, "exp", "self", large);
        add(cases, seed, "tanh", "self", large);
        add(cases, seed, "sum", "self", large, "dim", new long[0], "keepdim", false);
        Input matrix = reals(seed + 1, 257, 301);
        add(cases, seed, "sum", "self", matrix, "dim", new long[] {0}, "keepdim", false);
        add(cases, seed, "mm", "self", matrix, "mat2", reals(seed + 2, 301, 199));
        add(cases, seed, "softmax", "self", matrix, "dim", 1L);
        add(cases, seed, "add.Tensor", "self", matrix, "other", reals(seed, 301), "alpha", 2L);
        long[] one = {1, 1};
        add(
                cases,
                seed,
                "conv2d",
                "input",
                reals(seed, 8, 5, 20, 20),
                "weight",
                reals(seed + 3, 16, 5, 3, 3),
                "stride",
                one,
                "padding",
                one,
                "dilation",
                one,
                "groups",
                1L);
        add(
                cases,
                seed,
                "rand",
                "size",
                new long[] {50_003},
                "generator",
                new long[] {seed, 5},
                "dtype",
                ElementType.F32);
        return cases;
    }

    private static Input reals(long seed, long... shape) {
        return Input.of(
                HostArray.ofReals(
                        ElementType.F32,
                        shape,
                        i -> Math.floorMod((i + seed) * 2654435761L, 20011) / 5000.0 - 2));
    }

    private static void add(
            List<ConformanceCase> cases, long seed, String operator, Object... arguments) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            named.put((String) arguments[i], arguments[i + 1]);
        }
        CaseId id = new CaseId(seed, operator, ElementType.F32, cases.size());
        Sample sample = new Sample(id, "large", named);
        cases.add(
                new ConformanceCase(
                        new ReplayLine(id, Form.DETERMINISM),
                        "large",
                        sample.describe(),
                        ValueCases.size(sample),
                        (bench, digest) -> {
                            byte[] bits = bits(sample, bench);
                            digest.update(bits);
                            check(sample, bench, bits);
                        }));
    }

    private static byte[] bits(Sample sample, Workbench bench) {
        Tensor result = bench.call(sample, bench.upload(sample)).getFirst();
        return HostBytes.bits(bench.download(result));
    }

    private static void check(Sample sample, Workbench bench, byte[] bits) {
        Callable<Boolean> again =
                () -> {
                    boolean equal = true;
                    try (Scope _ = bench.keyway().fallback(FallbackPolicy.DENY)) {
                        for (int i = 0; i < REPEATS; i++) {
                            try (Workbench own = new Workbench(bench.keyway(), bench.device())) {
                                equal &= Arrays.equals(bits, bits(sample, own));
                            }
                        }
                    }
                    return equal;
                };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> first = threads.submit(again);
            Future<Boolean> second = threads.submit(again);
            if (!first.get() || !second.get()) {
                throw new ConformanceFailure("two calls with equal arguments gave different bits");
            }
        } catch (ExecutionException e) {
            throw new ConformanceFailure("a call on another thread failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConformanceFailure("interrupted");
        }
    }
}
