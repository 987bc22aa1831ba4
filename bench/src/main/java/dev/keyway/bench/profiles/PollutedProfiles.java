// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares each kernel in a process whose profiles were polluted before with the same in a clean
 * one. A kernel that hangs on its profiles is slower by a factor of 3 to 100: its vectors are
 * objects then.
 */
public final class PollutedProfiles {
    /** More than noise, less than what boxed vectors cost. */
    static final double SLOWEST = 2.5;

    private PollutedProfiles() {}

    /**
     * Prints a table, and ends with status 1 where a kernel is slow.
     *
     * @param arguments a part of the kernels' names, or nothing
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> slow = slow(arguments.length == 0 ? "" : arguments[0]);
        slow.forEach(System.out::println);
        System.exit(slow.isEmpty() ? 0 : 1);
    }

    /** The kernels that are slow after pollution, with their times; prints all. */
    static List<String> slow(String name) throws IOException, InterruptedException {
        Map<String, Long> clean = KernelTimes.measure(false, name);
        Map<String, Long> polluted = KernelTimes.measure(true, name);
        List<String> slow = new ArrayList<>();
        System.out.printf(
                Locale.ROOT, "%-40s %12s %12s %7s%n", "kernel", "clean, ns", "polluted", "factor");
        clean.forEach(
                (kernel, time) -> {
                    long after = polluted.getOrDefault(kernel, Long.MAX_VALUE);
                    double factor = (double) after / time;
                    String line =
                            String.format(
                                    Locale.ROOT,
                                    "%-40s %12d %12d %7.2f",
                                    kernel,
                                    time,
                                    after,
                                    factor);
                    System.out.println(line);
                    if (factor > SLOWEST) {
                        slow.add(line);
                    }
                });
        return slow;
    }
}
