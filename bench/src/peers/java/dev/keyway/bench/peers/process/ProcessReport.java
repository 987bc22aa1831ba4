// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code ProcessReport SUBJECT THREADS SECONDS FILE}: runs the subject for so long, then prints
 * when its first result was there, when it was at full speed (ten runs in a row whose median is
 * within a tenth of the fastest ten's), counted from the start of the process, and the most memory
 * that the process held, by the operating system's count. FILE is the ONNX model that the subject
 * {@code export} writes.
 */
public final class ProcessReport {
    private static final int WINDOW = 10;

    private ProcessReport() {}

    /** Runs a subject. */
    public static void main(String[] arguments) throws IOException {
        int threads = Integer.parseInt(arguments[1]);
        Path file = Path.of(arguments[3]);
        if (arguments[0].equals("export")) {
            Files.write(file, Subjects.resNet18());
            return;
        }
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        long limit = System.nanoTime() + (long) (1e9 * Double.parseDouble(arguments[2]));
        List<Double> times = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        try (Subject subject = Subjects.open(arguments[0], threads, file)) {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5", StandardOpenOption.WRITE);
            while (System.nanoTime() < limit || times.size() < 2 * WINDOW) {
                long start = System.nanoTime();
                subject.run();
                times.add((System.nanoTime() - start) / 1e6);
                ends.add(System.currentTimeMillis() - began);
            }
        }
        int settled = settled(times);
        System.out.printf(
                Locale.ROOT,
                "%s, %d threads: first result after %d ms (%.1f ms of it that run); full speed, %.2f ms"
                        + " a run, after %d ms and %d runs; most memory from the first run on %d MiB%n",
                arguments[0],
                threads,
                ends.getFirst(),
                times.getFirst(),
                median(times.subList(settled, settled + WINDOW)),
                ends.get(settled),
                settled,
                memory("VmHWM"));
        System.exit(0);
    }

    private static int settled(List<Double> times) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i + WINDOW <= times.size(); i++) {
            best = Math.min(best, median(times.subList(i, i + WINDOW)));
        }
        int i = 0;
        while (times.get(i) > 1.1 * best || median(times.subList(i, i + WINDOW)) > 1.1 * best) {
            i++;
        }
        return i;
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    /** A figure of the process, in MiB. */
    private static long memory(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(key + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
            }
        }
        throw new IllegalStateException("the system does not tell " + key);
    }
}
