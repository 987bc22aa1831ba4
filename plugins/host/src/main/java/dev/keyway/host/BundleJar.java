// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.PluginException;
import dev.keyway.spi.PluginInfo;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What the manifest of a jar says of itself, read before the framework sees it.
 *
 * @param path the jar
 * @param info symbolic name and version; the file name and 0.0.0 for what is no bundle
 * @param failure why it can't be installed, or null
 */
record BundleJar(Path path, PluginInfo info, @Nullable Failure failure) {
    private static final String REMEDY =
            "rebuild the plugin with bnd, which writes the manifest, or remove the file";

    static BundleJar read(Path jar) {
        Path path = jar.toAbsolutePath().normalize();
        if (!Files.isReadable(path)) {
            return bad(path, "the file can't be read", "check the path and its permissions");
        }
        try (JarFile file = new JarFile(path.toFile(), false)) {
            return of(path, file.getManifest());
        } catch (IOException e) {
            return bad(
                    path,
                    "no bundle: the file is not a readable jar (" + e.getMessage() + ")",
                    "copy the plugin again, or remove the file");
        }
    }

    private static BundleJar of(Path path, @Nullable Manifest manifest) {
        if (manifest == null) {
            return bad(path, "no bundle: the jar has no manifest", REMEDY);
        }
        Attributes headers = manifest.getMainAttributes();
        String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null) {
            return bad(path, "no bundle: its manifest has no Bundle-SymbolicName", REMEDY);
        }
        String version =
                Objects.requireNonNullElse(headers.getValue(Constants.BUNDLE_VERSION), "0");
        try {
            String normal = Version.parseVersion(version).toString();
            return new BundleJar(
                    path, new PluginInfo(baseName(name), normal, path.toString()), null);
        } catch (IllegalArgumentException e) {
            return bad(path, "no bundle: Bundle-Version " + version + " is no version", REMEDY);
        }
    }

    /** The same content, told to be from another place. */
    BundleJar at(Path location) {
        String place = location.toAbsolutePath().normalize().toString();
        String name =
                failure == null ? info.symbolicName() : String.valueOf(location.getFileName());
        return new BundleJar(path, new PluginInfo(name, info.version(), place), failure);
    }

    /** The same, not to be loaded. */
    BundleJar refused(Failure why) {
        return new BundleJar(path, info, why);
    }

    /** Fails with an exception that names the failure. */
    void requireUsable() {
        if (failure != null) {
            throw new PluginException(
                    info.location() + ": " + failure.reason() + "; " + failure.remedy());
        }
    }

    private static String baseName(String header) {
        int directives = header.indexOf(';');
        return (directives < 0 ? header : header.substring(0, directives)).strip();
    }

    private static BundleJar bad(Path path, String reason, String remedy) {
        PluginInfo info =
                new PluginInfo(Objects.toString(path.getFileName()), "0.0.0", path.toString());
        return new BundleJar(path, info, new Failure(reason, remedy));
    }
}
