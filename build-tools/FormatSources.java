// SPDX-License-Identifier: Apache-2.0
import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Checks or repairs the layout of all sources: google-java-format, AOSP style. */
final class FormatSources {
    private static final Formatter FORMATTER =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    private FormatSources() {}

    public static void main(String[] arguments) throws IOException {
        boolean repair = arguments[0].equals("repair");
        List<Path> wrong =
                sources(Path.of(arguments[1])).parallelStream()
                        .filter(file -> isWrong(file, repair))
                        .toList();
        wrong.forEach(
                file -> System.out.println((repair ? "formatted " : "not formatted: ") + file));
        if (!wrong.isEmpty() && !repair) {
            System.out.println("Repair the format with: mvn -N validate -Dformat.mode=repair");
            System.exit(1);
        }
    }

    private static boolean isWrong(Path file, boolean repair) {
        try {
            String text = Files.readString(file);
            String formatted = format(file, text);
            if (repair && !formatted.equals(text)) {
                Files.writeString(file, formatted);
            }
            return !formatted.equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String format(Path file, String text) {
        try {
            return FORMATTER.formatSource(RemoveUnusedImports.removeUnusedImports(text));
        } catch (FormatterException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
                        String name = String.valueOf(folder.getFileName());
                        boolean skip = name.equals("target") || name.equals(".git");
                        return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                        if (file.toString().endsWith(".java")) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(null);
        return files;
    }
}
