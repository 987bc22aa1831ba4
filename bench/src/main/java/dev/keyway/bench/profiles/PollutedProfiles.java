// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.bench.profiles.KernelTimes.State;
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

    /**
     * The kernels that are slow after pollution in every attempt; prints all times. Attempts after
     * the first call the kernels more often: what ran interpreted until now is compiled then.
     */
    static List<String> slow(String pattern) throws IOException, InterruptedException {
        List<String> slow = once(pattern, KernelTimes.FEW);
        for (int attempt = 1; attempt < ATTEMPTS && !slow.isEmpty(); attempt++) {
            slow =
                    once(
                            slow.stream().map(Pattern::quote).collect(Collectors.joining("|")),
                            KernelTimes.MANY);
        }
        return slow;
    }

    private static List<String> once(String pattern, int calls)
            throws IOException, InterruptedException {
        List<String> slow = new ArrayList<>();
        int kernels = compare(State.CLEAN, State.POLLUTED, pattern, calls, slow);
        kernels += compare(State.NETWORK, State.NETWORK_AFTER_OTHERS, pattern, calls, slow);
        if (kernels == 0) {
            throw new IllegalStateException("no kernel's name matches " + pattern);
        }
        return slow;
    }

    /** Adds those that are slow; gives how many there were. */
    private static int compare(
            State before, State after, String pattern, int calls, List<String> slow)
            throws IOException, InterruptedException {
        Map<String, Long> alone = KernelTimes.measure(before, pattern, calls);
        Map<String, Long> behind = KernelTimes.measure(after, pattern, calls);
        if (!alone.keySet().equals(behind.keySet())) {
            throw new IllegalStateException(
                    "measured " + alone.keySet() + " and " + behind.keySet());
        }
        System.out.printf(Locale.ROOT, "%-40s %12s %20s %7s%n", "kernel", before, after, "factor");
        alone.forEach(
                (kernel, time) -> {
                    long later = behind.getOrDefault(kernel, Long.MAX_VALUE);
                    double factor = (double) later / time;
                    System.out.printf(
                            Locale.ROOT, "%-40s %12d %20d %7.2f%n", kernel, time, later, factor);
                    if (factor > SLOWEST) {
                        slow.add(kernel);
                    }
                });
        return alone.size();
    }
}
