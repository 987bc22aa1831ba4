// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Device;
import dev.keyway.Keyway;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * Many seeds of 200 checks each, drawn from all of the suite: what fails here on a right device is
 * a flake of the suite. The system property {@code keyway.seeds} says which, as {@code 1-1000}, and
 * {@code keyway.device} on what.
 */
class SeedsTest {
    private static final int CASES = 200;

    @Test
    void fewSeeds() {
        check(1, 5);
    }

    @Tag("seeds")
    @Test
    void allSeeds() {
        String[] range = System.getProperty("keyway.seeds", "1-1000").split("-", -1);
        check(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }

    private static void check(long first, long last) {
        List<String> failures = new ArrayList<>();
        long checks = 0;
        try (Keyway keyway = Keyway.builder().open()) {
            Device device = keyway.device(System.getProperty("keyway.device", "cpu"));
            for (long seed = first; seed <= last; seed++) {
                ConformanceOptions options = ConformanceOptions.all().seed(seed).cases(CASES);
                Report report = ConformanceRunner.run(keyway, device, options);
                assertEquals(CASES, report.results().size(), "checks of seed " + seed);
                checks += report.results().size();
                report.failures().forEach(failure -> failures.add(failure.toString()));
            }
            System.out.printf(
                    "%s: seeds %d to %d, %d checks, %d failures%n",
                    device, first, last, checks, failures.size());
        }
        assertEquals(List.of(), failures);
    }
}
