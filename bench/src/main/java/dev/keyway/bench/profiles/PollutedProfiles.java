// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares each kernel in a process whose profiles were polluted before with the same in a clean
 * one. A kernel that hangs on its profiles is slower by a factor of 3 to 100: its vectors are
 * objects then.
 */
public final class PollutedProfiles {
    /** More than noise, less than what boxed vectors cost. */
    static final double SLOWEST = 2.5;

    /** Another process has other luck with the compilers' timing; a kernel of this kind has not. */
    private static final int ATTEMPTS = 3;

    private PollutedProfiles() {}

    /**
     * Prints a table, and ends with status 1 where a kernel is slow.
     *
     * @param arguments a regular expression for the kernels' names, or nothing
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> slow = slow(arguments.length == 0 ? ".*" : arguments[0]);
        slow.forEach(name -> System.out.println("slow after pollution: " + name));
        System.exit(slow.isEmpty() ? 0 : 1);
    }

    /** The kernels that are slow after pollution in every attempt; prints all times. */
    static List<String> slow(String pattern) throws IOException, InterruptedException {
        List<String> slow = once(pattern);
        for (int attempt = 1; attempt < ATTEMPTS && !slow.isEmpty(); attempt++) {
            slow = once(slow.stream().map(Pattern::quote).collect(Collectors.joining("|")));
        }
        return slow;
    }

    private static List<String> once(String pattern) throws IOException, InterruptedException {
        Map<String, Long> clean = KernelTimes.measure(false, pattern);
        Map<String, Long> polluted = KernelTimes.measure(true, pattern);
        if (clean.isEmpty() || !clean.keySet().equals(polluted.keySet())) {
            throw new IllegalStateException(
                    "measured " + clean.keySet() + " and " + polluted.keySet());
        }
        List<String> slow = new ArrayList<>();
        System.out.printf(
                Locale.ROOT, "%-40s %12s %12s %7s%n", "kernel", "clean, ns", "polluted", "factor");
        clean.forEach(
                (kernel, time) -> {
                    long after = polluted.getOrDefault(kernel, Long.MAX_VALUE);
                    double factor = (double) after / time;
                    System.out.printf(
                            Locale.ROOT, "%-40s %12d %12d %7.2f%n", kernel, time, after, factor);
                    if (factor > SLOWEST) {
                        slow.add(kernel);
                    }
                });
        return slow;
    }
}
