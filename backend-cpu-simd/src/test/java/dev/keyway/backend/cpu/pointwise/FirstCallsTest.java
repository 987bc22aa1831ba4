// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.backend.cpu.CpuBackend;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.BinaryOp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kernel that a new process calls at once is compiled as the compiler directive says: never by
 * the first compiler, which gets it after 200 calls else.
 */
final class FirstCallsTest {
    private static final Pattern COMPILED =
            Pattern.compile(" *\\d+ +\\d+ [ %s!bn]*([1-4]) +\\S+FloatArithmetic::(add|load) .*");

    @Test
    void theFirstKernelWaitsForTheDirective(@TempDir Path folder) throws Exception {
        List<String> levels =
                compilations(folder)
                        .lines()
                        .map(COMPILED::matcher)
                        .filter(line -> line.matches())
                        .map(line -> line.group(1) + " " + line.group(2))
                        .distinct()
                        .toList();
        assertTrue(levels.contains("4 add"), () -> "compiled: " + levels);
        assertEquals(List.of(), levels.stream().filter(name -> !name.startsWith("4")).toList());
    }

    /** What the JVM says of its compilations while a process runs {@link Program}. */
    private static String compilations(Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+PrintCompilation",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        int status = process.waitFor();
        String printed = Files.readString(output, UTF_8);
        assertEquals(0, status, printed);
        return printed;
    }

    /** Asks for a kernel and runs its loop, while the JVM takes a second to take the directive. */
    static final class Program {
        private static final int COUNT = 1024;
        private static final long NANOSECONDS = 2_000_000_000;

        private Program() {}

        /** No arguments. */
        public static void main(String[] arguments) throws InterruptedException {
            CountDownLatch held = new CountDownLatch(1);
            Thread.ofPlatform().daemon().start(() -> hold(held));
            held.await();
            CpuBackend backend = new CpuBackend();
            PlainFallback kernels = PlainFallback.of(backend);
            backend.register(kernels);
            Objects.requireNonNull(kernels.binary(BinaryOp.ADD, DType.F32));
            BinaryRow row = Objects.requireNonNull(FloatArithmetic.row(BinaryOp.ADD));
            try (KernelFixture fixture = new KernelFixture(1)) {
                long numbers = fixture.floats(COUNT);
                long start = System.nanoTime();
                while (System.nanoTime() - start < NANOSECONDS) {
                    row.run(numbers, numbers, 1, numbers, 1, COUNT);
                }
            }
        }

        /** Whoever asks for the JVM's bean server waits for this lock. */
        private static void hold(CountDownLatch held) {
            synchronized (ManagementFactory.class) {
                held.countDown();
                long end = System.nanoTime() + NANOSECONDS / 2;
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
            }
        }
    }
}
