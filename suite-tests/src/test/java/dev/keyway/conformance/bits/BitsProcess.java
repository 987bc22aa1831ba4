// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.bits;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * A process that prints a checksum of each computation's bits. It repeats them for some seconds, in
 * which the JVM compiles them, and fails as soon as a repetition gives other bits than the first.
 */
final class BitsProcess {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64, DType.I32, DType.I64);

    private BitsProcess() {}

    /** Device, threads, seconds. */
    public static void main(String[] arguments) {
        int threads = Integer.parseInt(arguments[1]);
        long nanos = Integer.parseInt(arguments[2]) * 1_000_000_000L;
        try (Keyway keyway = Keyway.builder().threads(threads).open()) {
            keyway.manualSeed(5);
            Map<String, Supplier<Tensor>> computations = new LinkedHashMap<>();
            Device device = keyway.device(arguments[0]);
            DTYPES.forEach(dtype -> computations.putAll(Computations.of(device, dtype)));
            Map<String, Long> first = run(computations);
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                Map<String, Long> again = run(computations);
                if (!again.equals(first)) {
                    throw new IllegalStateException("bits changed: " + first + " to " + again);
                }
            }
            first.forEach((name, sum) -> System.out.println(name + ": " + Long.toHexString(sum)));
        }
    }

    private static Map<String, Long> run(Map<String, Supplier<Tensor>> computations) {
        Map<String, Long> sums = new LinkedHashMap<>();
        computations.forEach(
                (name, computation) -> {
                    try (Tensor result = computation.get()) {
                        sums.put(name, checksum(result));
                    }
                });
        return sums;
    }

    private static long checksum(Tensor tensor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(tensor.nbytes(), 1));
            tensor.copyTo(bytes.asSlice(0, tensor.nbytes()));
            CRC32 crc = new CRC32();
            crc.update(bytes.toArray(ValueLayout.JAVA_BYTE));
            return crc.getValue();
        }
    }

    /** Runs the process with options of the JVM; its lines. */
    static List<String> lines(List<String> options, String device, int threads, int seconds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(
                List.of(
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx500m",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.add(BitsProcess.class.getName());
        command.addAll(List.of(device, String.valueOf(threads), String.valueOf(seconds)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var output = process.inputReader()) {
            // The JVM may say something of its own before.
            List<String> lines = output.lines().filter(line -> line.contains(": ")).toList();
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(command + " ended with " + status + ": " + lines);
            }
            return lines;
        }
    }
}
