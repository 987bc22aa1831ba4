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
 * A process that prints what a call of each kernel takes: {@code KernelTimes STATE PATTERN CALLS},
 * the kernels whose names match, each called so many times before it is measured.
 */
final class KernelTimes {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64, DType.I32, DType.I64);
    private static final long WARM = 120_000_000;
    private static final long LONGEST = 20_000_000_000L;
    private static final int ROUNDS = 5;

    /** Calls before the first measurement: loops run interpreted at one speed for a while. */
    static final int FEW = 150;

    /** Enough for a method without a loop, which the second compiler takes up at 5,000 calls. */
    static final int MANY = 6_000;

    private static final long ROUND = 10_000_000;

    private KernelTimes() {}

    /** What the process did before it measures. */
    enum State {
        /** Nothing. */
        CLEAN,
        /** Vectors of all widths, on all kinds of memory. */
        POLLUTED,
        /** Nothing; it measures networks alone. */
        NETWORK,
        /** Other kernels, many times; it measures networks. */
        NETWORK_AFTER_OTHERS
    }

    /** Brings the process into a state, then measures one kernel after the other. */
    public static void main(String[] arguments) {
        State state = State.valueOf(arguments[0]);
        String pattern = arguments[1];
        int calls = Integer.parseInt(arguments[2]);
        if (state == State.POLLUTED) {
            System.err.println("sum of the pollution: " + Pollution.run());
        }
        try (Keyway keyway = Keyway.builder().threads(1).open()) {
            keyway.manualSeed(5);
            Device device = keyway.device("cpu");
            if (state == State.CLEAN || state == State.POLLUTED) {
                for (DType dtype : DTYPES) {
                    print(Kernels.of(device, dtype), pattern, calls);
                }
            } else {
                Map<String, Supplier<Tensor>> kernels = NetworkKernels.of(device);
                if (state == State.NETWORK_AFTER_OTHERS) {
                    Neighbours.run(device);
                }
                print(kernels, pattern, calls);
            }
        }
    }

    private static void print(Map<String, Supplier<Tensor>> kernels, String pattern, int calls) {
        kernels.forEach(
                (name, call) -> {
                    if (name.matches(pattern)) {
                        System.out.println(name + ": " + nanoseconds(call, calls));
                    }
                });
    }

    /** The fastest of some rounds, after the call was warm: {@code least} times or more. */
    private static long nanoseconds(Supplier<Tensor> call, int least) {
        long best = Long.MAX_VALUE;
        long improved = System.nanoTime();
        long start = improved;
        for (int made = 0;
                System.nanoTime() - start < LONGEST
                        && (made < least
                                || System.nanoTime() - improved < WARM
                                || Compilers.areBusy());
                made++) {
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
    static Map<String, Long> measure(State state, String pattern, int calls)
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
                                state.name(),
                                pattern,
                                String.valueOf(calls)));
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
