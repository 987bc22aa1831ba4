// SPDX-License-Identifier: Apache-2.0
import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Instructions;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.Version;

/**
 * Compares the API with its last release, which is kept as a jar, and fails where a package changed
 * by more than its version says: a removal needs a new major version, an addition a minor one.
 *
 * <p>{@code check CLASSES REPOSITORY} compares; {@code update JAR REPOSITORY} makes the jar the
 * release that is compared with from then on.
 */
final class CheckBaseline {
    private static final String NAME = "dev.keyway.api";
    private static final int SHOWN = 20;

    private CheckBaseline() {}

    public static void main(String[] arguments) throws Exception {
        Path given = Path.of(arguments[1]);
        Path repository = Path.of(arguments[2]).resolve(NAME);
        switch (arguments[0]) {
            case "check" -> System.exit(check(given, repository) ? 0 : 1);
            case "update" -> update(given, repository);
            case "skip" -> System.out.println("The API is not compared with its last release.");
            default -> throw new IllegalArgumentException("unknown mode " + arguments[0]);
        }
    }

    private static boolean check(Path classes, Path repository) throws Exception {
        Path release = newest(repository);
        if (release == null) {
            System.out.println("There is no release of the API in " + repository + remedy());
            return false;
        }
        try (Processor processor = new Processor();
                Jar newer = new Jar(classes.toFile());
                Jar older = new Jar(release.toFile())) {
            Baseline baseline = new Baseline(processor, new DiffPluginImpl());
            List<Baseline.Info> wrong =
                    baseline.baseline(newer, older, new Instructions()).stream()
                            .filter(info -> info.mismatch)
                            .sorted(Comparator.comparing(info -> info.packageName))
                            .toList();
            wrong.forEach(CheckBaseline::explain);
            Baseline.BundleInfo bundle = baseline.getBundleInfo();
            boolean bundleWrong = bundle.mismatch && asksForMore(bundle);
            if (bundleWrong) {
                System.out.println(
                        "bundle: its version is "
                                + bundle.newerVersion
                                + " and must become "
                                + bundle.suggestedVersion);
            }
            return wrong.isEmpty() && !bundleWrong;
        }
    }

    /** Not so where only the third number would differ: a comment moves lines, and so the bytes. */
    private static boolean asksForMore(Baseline.BundleInfo bundle) {
        Version given = new Version(bundle.newerVersion.toString());
        Version suggested = new Version(bundle.suggestedVersion.toString());
        return suggested.getMajor() != given.getMajor() || suggested.getMinor() != given.getMinor();
    }

    private static Path newest(Path repository) throws IOException {
        if (!Files.isDirectory(repository)) {
            return null;
        }
        try (Stream<Path> jars = Files.list(repository)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .max(Comparator.comparing(CheckBaseline::version))
                    .orElse(null);
        }
    }

    private static Version version(Path jar) {
        String name = jar.getFileName().toString();
        return new Version(name.substring(NAME.length() + 1, name.length() - ".jar".length()));
    }

    /** One package, what changed in it, and the version that it then needs. */
    private static void explain(Baseline.Info info) {
        System.out.println(
                info.packageName
                        + ": its version is "
                        + info.newerVersion
                        + " and must become "
                        + info.suggestedVersion
                        + ", since the release "
                        + info.olderVersion
                        + ":");
        List<String> changes = new ArrayList<>();
        collect(info.packageDiff, "", changes);
        // What breaks others first, so that it is not among those left out.
        changes.sort(
                Comparator.comparing((String change) -> change.startsWith("added"))
                        .thenComparing(Comparator.naturalOrder()));
        changes.stream().limit(SHOWN).forEach(change -> System.out.println("  " + change));
        if (changes.size() > SHOWN) {
            System.out.println("  and " + (changes.size() - SHOWN) + " more");
        }
    }

    private static void collect(Diff diff, String path, List<String> changes) {
        for (Diff child : diff.getChildren()) {
            Delta delta = child.getDelta();
            String name = path + child.getName();
            if (delta == Delta.ADDED || delta == Delta.REMOVED) {
                changes.add(delta.toString().toLowerCase() + " " + child.getType() + " " + name);
            } else if (delta == Delta.MAJOR || delta == Delta.MINOR) {
                collect(child, name + " ", changes);
            }
        }
    }

    private static String remedy() {
        return "; write it with: mvn -pl api verify -Dbaseline.mode=update";
    }

    private static void update(Path jar, Path repository) throws Exception {
        Files.createDirectories(repository);
        try (Jar given = new Jar(jar.toFile())) {
            Version version = new Version(given.getVersion());
            Path target = repository.resolve(NAME + "-" + version + ".jar");
            try (Stream<Path> old = Files.list(repository)) {
                old.filter(file -> !file.equals(target)).forEach(CheckBaseline::delete);
            }
            Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING);
            System.out.println("The API is now compared with " + target);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
