// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.PluginException;
import dev.keyway.spi.PluginInfo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The jars of a plugin folder, for whoever installs, updates and removes them. A runtime that is
 * open already is not told. Each change is one atomic replacement of a file: a program that starts
 * meanwhile sees the old jar or the new one, never half of it.
 */
public final class PluginDirectory {
    private final Path directory;
    private final @Nullable Path trustFile;

    /** A jar of the folder with what its manifest and its trust say. */
    public record Entry(PluginInfo plugin, Path jar, Verdict verdict) {}

    private PluginDirectory(Path directory, @Nullable Path trustFile) {
        this.directory = directory;
        this.trustFile = trustFile;
    }

    /**
     * {@return a folder that exists}
     *
     * @param directory the folder with the jars
     * @param trustFile the trust file; null for the folder's own
     */
    public static PluginDirectory of(Path directory, @Nullable Path trustFile) {
        return new PluginDirectory(directory, trustFile);
    }

    private Path trustPath() {
        return trustFile == null ? directory.resolve(Trust.FILE) : trustFile;
    }

    /**
     * Copies a plugin into the folder.
     *
     * @param jar the jar
     * @param trustIt whether to list its SHA-256 in the trust file first
     * @param beside whether another version of it may stay
     * @return the new file
     * @throws PluginException when it is no plugin, not trusted, or there already
     */
    public Path install(Path jar, boolean trustIt, boolean beside) {
        BundleJar bundle = usable(jar);
        List<BundleJar> same = versions(bundle.info().symbolicName());
        Path target = target(bundle);
        boolean there =
                !beside && !same.isEmpty()
                        || same.stream()
                                .anyMatch(s -> s.info().version().equals(bundle.info().version()));
        if (there) {
            throw new PluginException(
                    bundle.info().symbolicName()
                            + " is installed already ("
                            + names(same)
                            + "); update it, or install another version beside it with --beside");
        }
        if (Files.exists(target)) {
            throw new PluginException(
                    target + " is there already, and is another plugin; rename the new jar");
        }
        put(bundle, target, trustIt);
        return target;
    }

    /**
     * Replaces the only version of a plugin in the folder.
     *
     * @param jar the jar
     * @param trustIt whether to list its SHA-256 in the trust file first
     * @return the new file
     * @throws PluginException when the plugin is not there, or there in several versions
     */
    public Path update(Path jar, boolean trustIt) {
        BundleJar bundle = usable(jar);
        List<BundleJar> same = versions(bundle.info().symbolicName());
        if (same.size() != 1) {
            throw new PluginException(
                    bundle.info().symbolicName()
                            + (same.isEmpty()
                                    ? " is not in " + directory + "; install it"
                                    : " is there in several versions ("
                                            + names(same)
                                            + "); remove those you don't want"));
        }
        Path target = target(bundle);
        Path before = same.getFirst().path();
        boolean other = Files.exists(target) && !isSame(target, before);
        if (other) {
            throw new PluginException(
                    target + " is there already, and is another plugin; rename the new jar");
        }
        put(bundle, target, trustIt);
        if (!isSame(target, before)) {
            delete(before);
        }
        return target;
    }

    /**
     * Deletes a plugin's file.
     *
     * @param name the symbolic name, with {@code @VERSION} where there are several, or the file
     *     name
     * @return the file that is gone
     */
    public Path remove(String name) {
        List<BundleJar> matching =
                jars().stream()
                        .map(BundleJar::read)
                        .filter(
                                jar ->
                                        name.equals(String.valueOf(jar.path().getFileName()))
                                                || name.equals(jar.info().symbolicName())
                                                || name.equals(
                                                        jar.info().symbolicName()
                                                                + "@"
                                                                + jar.info().version()))
                        .toList();
        if (matching.size() != 1) {
            throw new PluginException(
                    matching.isEmpty()
                            ? "no plugin '" + name + "' in " + directory
                            : "several plugins match '"
                                    + name
                                    + "': "
                                    + names(matching)
                                    + "; name one as NAME@VERSION or by its file name");
        }
        Path path = matching.getFirst().path();
        delete(path);
        return path;
    }

    /** {@return every jar of the folder, judged by the trust file} */
    public List<Entry> verify() {
        Trust trust = Trust.of(directory, trustFile);
        List<Entry> entries = new ArrayList<>();
        for (Path path : jars()) {
            BundleJar jar = BundleJar.read(path);
            Failure failure = jar.failure();
            Verdict verdict =
                    failure == null
                            ? trust.check(path)
                            : new Verdict(
                                    Trust.sha256(path),
                                    "",
                                    false,
                                    failure.reason(),
                                    failure.remedy());
            entries.add(new Entry(jar.info(), path, verdict));
        }
        return entries;
    }

    private static BundleJar usable(Path jar) {
        BundleJar bundle = BundleJar.read(jar);
        bundle.requireUsable();
        return bundle;
    }

    private List<Path> jars() {
        return PluginHost.jars(directory);
    }

    private List<BundleJar> versions(String symbolicName) {
        return jars().stream()
                .map(BundleJar::read)
                .filter(jar -> jar.failure() == null)
                .filter(jar -> jar.info().symbolicName().equals(symbolicName))
                .toList();
    }

    private static String names(List<BundleJar> jars) {
        return jars.stream()
                .map(jar -> jar.info().version() + " in " + jar.path().getFileName())
                .collect(Collectors.joining(", "));
    }

    private Path target(BundleJar bundle) {
        String name = String.valueOf(bundle.path().getFileName());
        return directory.resolve(name.endsWith(".jar") ? name : name + ".jar");
    }

    private static boolean isSame(Path a, Path b) {
        return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }

    /** Copies, judges the copy, and only then lets it take the place. */
    private void put(BundleJar bundle, Path target, boolean trustIt) {
        try {
            Path copy = Files.createTempFile(directory, ".", ".tmp");
            try {
                Files.copy(bundle.path(), copy, StandardCopyOption.REPLACE_EXISTING);
                String name = String.valueOf(target.getFileName());
                if (trustIt) {
                    list(Trust.sha256(copy), name);
                }
                Verdict verdict = Trust.of(directory, trustFile).check(copy, name);
                if (!verdict.trusted()) {
                    throw new PluginException(
                            bundle.path() + ": " + verdict.reason() + "; " + verdict.remedy());
                }
                move(copy, target);
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new PluginException("can't write to " + directory + ": " + e, e);
        }
    }

    private void list(String hash, String name) throws IOException {
        Path file = trustPath();
        String before = Files.exists(file) ? Files.readString(file) : "";
        if (!before.isEmpty() && !before.endsWith("\n")) {
            before += "\n";
        }
        Path copy = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".tmp");
        try {
            Files.writeString(copy, before + "sha256 " + hash + " " + name + "\n");
            move(copy, file);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static void move(Path copy, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(
                copy, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new PluginException("can't delete " + path + ": " + e, e);
        }
    }
}
