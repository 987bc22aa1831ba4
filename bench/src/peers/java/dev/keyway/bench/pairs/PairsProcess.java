// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyway.Keyway;
import dev.keyway.bench.compare.Row;
import dev.keyway.bench.compare.Sample;
import java.util.List;
import java.util.function.Function;

/**
 * The process that measures rows of one family: {@code PairsProcess FAMILY THREADS NAME...}, with
 * all rows whose name contains one of the names. It writes one line of JSON for each.
 */
final class PairsProcess {
    /** Begins a line with a result. */
    static final String MARK = "@row ";

    /** Begins a line with an error. */
    static final String FAILED = "@failed ";

    /** Whether a row was measured. */
    private static boolean warm;

    private PairsProcess() {}

    /** Measures. */
    public static void main(String[] arguments) {
        int threads = Integer.parseInt(arguments[1]);
        List<String> names = List.of(arguments).subList(2, arguments.length);
        Torch torch = new Torch(threads);
        String peer =
                torch.version()
                        + ", inference mode, called without JNI, "
                        + threads
                        + (threads == 1 ? " thread" : " threads");
        Keyway keyway = Keyway.builder().threads(threads).open();
        for (PairFamily family : PairFamilies.all()) {
            if (family.name().equals(arguments[0])) {
                family.rows()
                        .forEach(
                                (name, open) -> {
                                    if (names.isEmpty()
                                            || names.stream().anyMatch(name::contains)) {
                                        run(name, open, new Data(keyway, torch), threads, peer);
                                    }
                                });
            }
        }
        System.exit(0);
    }

    private static void run(
            String name, Function<Data, Pair> open, Data data, int threads, String peer) {
        System.out.println("@open " + name);
        try (Pair pair = open.apply(data)) {
            pair.ours();
            pair.peer();
            double difference = pair.difference();
            if (!(difference <= 1)) {
                System.out.println(
                        FAILED
                                + name
                                + ": the results differ by "
                                + difference
                                + " times what is allowed");
                return;
            }
            if (!warm) {
                // Until then the JVM compiles the runtime itself, and the first row waits for it.
                Timing.time(pair::ours, pair::peer);
                warm = true;
            }
            double[] times = Timing.time(pair::ours, pair::peer);
            Sample sample =
                    new Sample(
                            name,
                            pair.description() + ", " + peer,
                            times[0],
                            times[1],
                            pair.amount(),
                            pair.unit());
            Row row = Row.of(List.of(sample), threads);
            System.out.println(MARK + new ObjectMapper().writeValueAsString(row));
        } catch (RuntimeException | LinkageError | JsonProcessingException e) {
            System.out.println(FAILED + name + ": " + e);
            e.printStackTrace();
        }
    }
}
