// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Compilers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A process that prints what a call of each kernel takes: {@code KernelTimes clean|polluted
 * PATTERN}, the kernels whose names match.
 */
final class KernelTimes {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64, DType.I32, DType.I64);
    private static final long WARM = 250_000_000;
    private static final long LONGEST = 20_000_000_000L;
    private static final int ROUNDS = 5;
    private static final long ROUND = 10_000_000;

    private KernelTimes() {}

    /** Pollutes the profiles first, or not, then measures one kernel after the other. */
    public static void main(String[] arguments) {
        if (arguments[0].equals("polluted")) {
            System.err.println("sum of the pollution: " + Pollution.run());
        }
        try (Keyway keyway = Keyway.builder().threads(1).open()) {
            keyway.manualSeed(5);
            Device device = keyway.device("cpu");
            for (DType dtype : DTYPES) {
                Kernels.of(device, dtype)
                        .forEach(
                                (name, call) -> {
                                    if (name.matches(arguments[1])) {
                                        System.out.println(name + ": " + nanoseconds(call));
                                    }
                                });
            }
        }
    }

    /** The fastest of some rounds, after the call was warm. */
    private static long nanoseconds(Supplier<Tensor> call) {
        long best = Long.MAX_VALUE;
        long improved = System.nanoTime();
        long start = improved;
        while (System.nanoTime() - start < LONGEST
                && (System.nanoTime() - improved < WARM || Compilers.areBusy())) {
            long time = round(call, 1);
            if (time < best - best / 20) {
                improved = System.nanoTime();
            }
            best = Math.min(best, time);
        }
        long calls = Math.max(1, ROUND / Math.max(best, 1));
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, round(call, calls));
        }
        return best;
    }

    private static long round(Supplier<Tensor> call, long calls) {
        long start = System.nanoTime();
        for (long i = 0; i < calls; i++) {
            call.get().close();
        }
        return (System.nanoTime() - start) / calls;
    }

    /** Runs the process; nanoseconds by kernel. */
    static Map<String, Long> measure(boolean polluted, String pattern)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx1g",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KernelTimes.class.getName(),
                                polluted ? "polluted" : "clean",
                                pattern));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Map<String, Long> times = new LinkedHashMap<>();
        try (var output = process.inputReader()) {
            for (String line : output.lines().filter(l -> l.matches(".*: \\d+")).toList()) {
                int colon = line.lastIndexOf(": ");
                times.put(line.substring(0, colon), Long.valueOf(line.substring(colon + 2)));
            }
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(command + " ended with " + status);
        }
        return times;
    }
}
