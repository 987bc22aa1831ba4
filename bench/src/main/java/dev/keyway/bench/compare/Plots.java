// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Pictures of a table. Rows whose names differ in a size only, such as {@code sgemm 64x64x64},
 * share a plot of the ratio by size; all others share bars.
 */
final class Plots {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;
    private static final Pattern SIZED = Pattern.compile("([^0-9]+) (\\d+(?:x\\d+)*)( .*)?");

    private Plots() {}

    /** Writes {@code NAME.png} for each kind of work, in place of those that are there. */
    static void write(Report report, Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, List<Row>> bySize = new TreeMap<>();
        List<Row> others = new ArrayList<>();
        for (Row row : report.rows()) {
            String work = work(row.name());
            if (work.isEmpty()) {
                others.add(row);
            } else {
                bySize.computeIfAbsent(work, name -> new ArrayList<>()).add(row);
            }
        }
        bySize.values().stream().filter(rows -> sizes(rows) < 2).forEach(others::addAll);
        bySize.values().removeIf(rows -> sizes(rows) < 2);
        for (Map.Entry<String, List<Row>> entry : bySize.entrySet()) {
            save(lines(entry.getKey(), entry.getValue()), folder, entry.getKey());
        }
        if (!others.isEmpty()) {
            save(bars(others), folder, "others");
        }
    }

    private static long sizes(List<Row> rows) {
        return rows.stream().mapToDouble(row -> size(row.name())).distinct().count();
    }

    /** The name without its size; empty when it has none. */
    private static String work(String name) {
        Matcher matcher = SIZED.matcher(name);
        if (!matcher.matches()) {
            return "";
        }
        String rest = matcher.group(3);
        return matcher.group(1) + (rest == null ? "" : rest);
    }

    /** The numbers of the size, multiplied. */
    private static double size(String name) {
        Matcher matcher = SIZED.matcher(name);
        double size = 1;
        if (matcher.matches()) {
            for (String number : matcher.group(2).split("x")) {
                size *= Double.parseDouble(number);
            }
        }
        return size;
    }

    private static XYChart lines(String work, List<Row> rows) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(work)
                        .xAxisTitle("size (the numbers of the name, multiplied)")
                        .yAxisTitle("peer's time / Keyway's time")
                        .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0);
        Map<Integer, TreeMap<Double, Double>> series = new TreeMap<>();
        for (Row row : rows) {
            series.computeIfAbsent(row.threads(), threads -> new TreeMap<>())
                    .put(size(row.name()), row.ratio());
        }
        series.forEach(
                (threads, points) ->
                        chart.addSeries(
                                threads + (threads == 1 ? " thread" : " threads"),
                                new ArrayList<>(points.keySet()),
                                new ArrayList<>(points.values())));
        return chart;
    }

    private static CategoryChart bars(List<Row> rows) {
        List<String> names = rows.stream().map(Row::name).distinct().toList();
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(Math.max(WIDTH, 40 * names.size()))
                        .height(2 * HEIGHT)
                        .title("Rows without a size")
                        .yAxisTitle("peer's time / Keyway's time")
                        .build();
        chart.getStyler().setXAxisLabelRotation(90).setYAxisMin(0.0);
        rows.stream()
                .map(Row::threads)
                .distinct()
                .sorted()
                .forEach(
                        threads ->
                                chart.addSeries(
                                        threads + (threads == 1 ? " thread" : " threads"),
                                        names,
                                        names.stream().map(n -> ratio(rows, n, threads)).toList()));
        return chart;
    }

    private static double ratio(List<Row> rows, String name, int threads) {
        return rows.stream()
                .filter(row -> row.name().equals(name) && row.threads() == threads)
                .mapToDouble(Row::ratio)
                .findFirst()
                .orElse(0);
    }

    private static void save(Chart<?, ?> chart, Path folder, String name) throws IOException {
        String file = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        BitmapEncoder.saveBitmap(chart, folder.resolve(file).toString(), BitmapFormat.PNG);
    }
}
