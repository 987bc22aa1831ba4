// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prints how many tests a build ran and what part of the code they reached. */
final class BuildSummary {
    private static final Pattern SUITE = Pattern.compile("<testsuite [^>]*>", Pattern.DOTALL);

    private BuildSummary() {}

    /** The root of the checkout, when the build started, the folder of the coverage report. */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        List<String> suites = suites(root, Instant.parse(arguments[1]));
        System.out.printf(
                Locale.ROOT,
                "tests: %,d ran, %,d failed, %,d skipped%n",
                sum(suites, "tests") - sum(suites, "skipped"),
                sum(suites, "failures") + sum(suites, "errors"),
                sum(suites, "skipped"));
        Path mutants = root.resolve("suite-tests/target/mutants.md");
        if (Files.exists(mutants)) {
            System.out.println(Files.readAllLines(mutants).getFirst().substring(2));
        }
        Path report = Path.of(arguments[2]);
        if (Files.exists(report.resolve("jacoco.csv"))) {
            coverage(report.resolve("jacoco.csv"));
            System.out.println("coverage in detail: " + root.relativize(report) + "/index.html");
        }
    }

    /** The head of each test class's report that this build wrote. */
    private static List<String> suites(Path root, Instant start) throws IOException {
        List<Path> reports;
        try (Stream<Path> modules = Files.walk(root, 2)) {
            reports =
                    modules.map(module -> module.resolve("target/surefire-reports"))
                            .filter(Files::isDirectory)
                            .toList();
        }
        List<String> suites = new ArrayList<>();
        for (Path folder : reports) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".xml")).toList()) {
                    Matcher head = SUITE.matcher(Files.readString(file));
                    boolean fresh = !Files.getLastModifiedTime(file).toInstant().isBefore(start);
                    if (fresh && head.find()) {
                        suites.add(head.group());
                    }
                }
            }
        }
        return suites;
    }

    private static long sum(List<String> suites, String attribute) {
        Pattern pattern = Pattern.compile(" " + attribute + "=\"(\\d+)\"");
        return suites.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** Columns 3 to 8: instructions missed and covered, branches, lines. */
    private static void coverage(Path csv) throws IOException {
        long[] sums = new long[6];
        for (String line : Files.readAllLines(csv).stream().skip(1).toList()) {
            String[] fields = line.split(",");
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Long.parseLong(fields[3 + i]);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "coverage: %.1f%% of instructions, %.1f%% of branches, %.1f%% of %,d lines%n",
                percent(sums[0], sums[1]),
                percent(sums[2], sums[3]),
                percent(sums[4], sums[5]),
                sums[4] + sums[5]);
    }

    private static double percent(long missed, long covered) {
        return 100.0 * covered / Math.max(missed + covered, 1);
    }
}
