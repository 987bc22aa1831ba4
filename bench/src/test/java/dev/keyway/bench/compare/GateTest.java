// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
    private static final Machine MACHINE = new Machine("Model A", 2, "AVX-512", 8, "Linux", "JVM");

    private static Row row(String name, double ratio, double theirs) {
        return new Row(
                name, 1, ratio, ratio, ratio, theirs / ratio, theirs, 0, 0, "", "peer 1.0", true);
    }

    private static Report report(Row... rows) {
        return new Report(MACHINE, false, List.of(rows));
    }

    @Test
    void equalRatiosPass() {
        Report committed = report(row("sgemm", 1.2, 100), row("exp", 2, 10));
        assertEquals(List.of(), Gate.problems(committed, report(row("sgemm", 1.1, 105))));
    }

    @Test
    void aRatioThatFellFails() {
        Report committed = report(row("sgemm", 1.2, 100));
        assertEquals(
                List.of("sgemm, 1 thread: ratio 1.00, committed 1.20"),
                Gate.problems(committed, report(row("sgemm", 1.0, 100))));
    }

    @Test
    void aPeerThatRanSlowlyMakesTheRowInvalid() {
        Report committed = report(row("sgemm", 1.2, 100));
        assertEquals(
                List.of("sgemm, 1 thread: invalid, the peer took 130.00 us, committed 100.00 us"),
                Gate.problems(committed, report(row("sgemm", 1.5, 130))));
    }

    @Test
    void nothingInCommonAndAnotherCpuFail() {
        Report committed = report(row("sgemm", 1.2, 100));
        assertEquals(
                List.of("no row of this run is among the committed ones"),
                Gate.problems(committed, report(row("exp", 1, 1))));
        Machine other = new Machine("Model B", 2, "AVX2", 8, "Linux", "JVM");
        Report elsewhere = new Report(other, false, committed.rows());
        assertEquals(
                List.of("the committed ratios are of another CPU: Model A"),
                Gate.problems(committed, elsewhere));
    }

    @Test
    void whatIsWrittenCanBeReadAndMerged(@TempDir Path folder) throws IOException {
        Report first = report(row("sgemm 256", 1, 1), row("sgemm 1024", 1, 1));
        first.write(folder, "a");
        Report again = Report.read(folder.resolve("a.json"));
        assertEquals(first, again);
        Report merged = again.with(List.of(row("sgemm 512", 1, 1), row("sgemm 256", 2, 1)));
        assertEquals(
                List.of("sgemm 256", "sgemm 512", "sgemm 1024"),
                merged.rows().stream().map(Row::name).toList());
        assertEquals(2, merged.rows().getFirst().ratio());
        assertTrue(merged.markdown().contains("| sgemm 512 | 1 | 1.00 |"));
    }

    @Test
    void aRowWithASlowPeerIsMarkedAndNotSaved() {
        Report committed = report(row("sgemm", 1.2, 100), row("exp", 2, 10));
        Report now = Gate.marked(committed, report(row("sgemm", 1.5, 130), row("exp", 3, 12)));
        assertEquals(List.of(false, true), now.rows().stream().map(Row::valid).toList());
        assertTrue(now.markdown().contains("| sgemm | 1 | invalid (1.50) |"), now.markdown());
        Report merged = committed.with(now.rows());
        assertEquals(List.of(3.0, 1.2), merged.rows().stream().map(Row::ratio).toList());
    }

    @Test
    void ratiosBySizeBecomePictures(@TempDir Path folder) throws IOException {
        Report report =
                report(
                        row("sgemm 64x64x64", 1, 1),
                        row("sgemm 128x128x128", 2, 1),
                        row("add", 3, 1));
        Plots.write(report, folder);
        BufferedImage bySize = ImageIO.read(folder.resolve("sgemm.png").toFile());
        assertTrue(bySize.getWidth() >= 600, "width " + bySize.getWidth());
        assertTrue(Files.exists(folder.resolve("others.png")));
    }
}
