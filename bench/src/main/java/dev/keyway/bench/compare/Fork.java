// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The process that measures: {@code Fork PEER THREADS full|quick NAME...}. It writes one line of
 * JSON for each contest to standard output, after a mark, since libraries write there too.
 */
final class Fork {
    /** Begins a line with a result. */
    static final String MARK = "@row ";

    /** Begins a line with an error. */
    static final String FAILED = "@failed ";

    private Fork() {}

    /** Runs the named contests of the peer. */
    public static void main(String[] arguments) throws JsonProcessingException {
        String peer = arguments[0];
        int threads = Integer.parseInt(arguments[1]);
        boolean quick = arguments[2].equals("quick");
        List<String> names = List.of(arguments).subList(3, arguments.length);
        for (ContestFamily family : ServiceLoader.load(ContestFamily.class)) {
            if (family.peer().equals(peer)) {
                for (ContestFamily.Entry entry : family.entries()) {
                    if (names.contains(entry.name())) {
                        run(entry, threads, quick);
                    }
                }
            }
        }
        System.exit(0);
    }

    private static void run(ContestFamily.Entry entry, int threads, boolean quick)
            throws JsonProcessingException {
        Stopwatch stopwatch =
                quick
                        ? new Stopwatch(200_000_000, 20_000_000, 5)
                        : new Stopwatch(1_000_000_000, 50_000_000, 9);
        try (Contest contest = entry.open().apply(threads)) {
            contest.ours();
            contest.peer();
            double difference = contest.difference();
            if (!(difference <= 1)) {
                System.out.println(
                        FAILED
                                + entry.name()
                                + ": the results differ by "
                                + difference
                                + " times what is allowed");
                return;
            }
            double[] times = stopwatch.time(contest::ours, contest::peer);
            String description = contest.description();
            Sample sample =
                    new Sample(
                            entry.name(),
                            description,
                            times[0],
                            times[1],
                            contest.amount(),
                            contest.unit());
            System.out.println(MARK + new ObjectMapper().writeValueAsString(sample));
        } catch (RuntimeException | LinkageError e) {
            System.out.println(FAILED + entry.name() + ": " + e + cause(e.getCause()));
            e.printStackTrace();
        }
    }

    private static String cause(@Nullable Throwable cause) {
        return cause == null ? "" : ", because of " + cause;
    }
}
