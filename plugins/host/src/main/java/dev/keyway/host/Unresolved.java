// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in words what a bundle's manifest asks for and no bundle offers. */
final class Unresolved {
    private static final Pattern LOWER = Pattern.compile("\\(version>=([^)]+)\\)");
    private static final Pattern UPPER = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");
    private static final Pattern NAME = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");

    private final List<BundleCapability> offered;
    private final MissingCapability machine;

    /** With what the host and every bundle offer. */
    Unresolved(BundleFramework framework) {
        machine = new MissingCapability(framework.machine());
        offered =
                Stream.concat(Stream.of(framework.systemBundle()), framework.bundles().stream())
                        .map(bundle -> bundle.adapt(BundleRevision.class))
                        .filter(Objects::nonNull)
                        .flatMap(revision -> revision.getDeclaredCapabilities(null).stream())
                        .toList();
    }

    /** What the bundle lacks; null when each of its needs is met by itself. */
    @Nullable Failure explain(Bundle bundle) {
        List<Failure> failures = new ArrayList<>();
        for (BundleRequirement need :
                bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            if (!isOptional(need) && offered.stream().noneMatch(c -> isMet(need, c))) {
                failures.add(explain(need));
            }
        }
        if (failures.isEmpty()) {
            return null;
        }
        return new Failure(
                failures.stream().map(Failure::reason).distinct().collect(Collectors.joining(", ")),
                failures.getFirst().remedy());
    }

    /** The framework's own comparison leaves the namespace to its caller. */
    private static boolean isMet(BundleRequirement need, BundleCapability capability) {
        return need.getNamespace().equals(capability.getNamespace()) && need.matches(capability);
    }

    private static boolean isOptional(BundleRequirement need) {
        String resolution = need.getDirectives().get(Constants.RESOLUTION_DIRECTIVE);
        return Constants.RESOLUTION_OPTIONAL.equals(resolution)
                || need.getNamespace().equals(HostNamespace.HOST_NAMESPACE);
    }

    private Failure explain(BundleRequirement need) {
        String filter =
                Objects.requireNonNullElse(
                        need.getDirectives().get(Constants.FILTER_DIRECTIVE), "");
        return switch (need.getNamespace()) {
            case PackageNamespace.PACKAGE_NAMESPACE -> explainPackage(filter);
            case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
                    new Failure(
                            "needs the Java platform "
                                    + filter
                                    + ", this is Java "
                                    + Runtime.version().feature(),
                            "run with the Java version that the plugin was built for");
            default -> explainOther(need.getNamespace(), filter);
        };
    }

    private Failure explainOther(String namespace, String filter) {
        Failure ofMachine = machine.explain(namespace, filter);
        return ofMachine != null
                ? ofMachine
                : new Failure(
                        "needs " + (namespace + " " + filter).strip() + ", which is not here",
                        "read what the plugin's vendor requires of the machine");
    }

    private Failure explainPackage(String filter) {
        String name = Objects.requireNonNullElse(group(NAME, filter), filter);
        if (Failure.isVectorModule(name)) {
            return new Failure(
                    "needs the module " + name + ", which is not loaded",
                    Failure.addVectorModule());
        }
        @Nullable VersionRange wanted = range(filter);
        String words = wanted == null ? name : name + " " + wanted;
        if (SystemPackages.isApi(name)) {
            return explainApi(words, wanted);
        }
        return new Failure(
                "needs the package " + words + ", which no bundle offers" + offers(name),
                "put the bundle with this package into the plugin folder");
    }

    private static Failure explainApi(String words, @Nullable VersionRange wanted) {
        String has = SystemPackages.API_VERSION;
        boolean newer = wanted != null && wanted.getLeft().compareTo(Version.parseVersion(has)) > 0;
        return new Failure(
                "needs the API " + words + ", this runtime has " + has,
                newer
                        ? "use a newer Keyway, or a version of the plugin for the API " + has
                        : "use a version of the plugin for the API " + has);
    }

    private String offers(String packageName) {
        String versions =
                offered.stream()
                        .filter(c -> packageName.equals(c.getAttributes().get(c.getNamespace())))
                        .map(c -> String.valueOf(c.getAttributes().get("version")))
                        .collect(Collectors.joining(", "));
        return versions.isEmpty() ? "" : " in this version (there is " + versions + ")";
    }

    private static @Nullable VersionRange range(String filter) {
        String lower = group(LOWER, UPPER.matcher(filter).replaceAll(""));
        if (lower == null) {
            return null;
        }
        String upper = group(UPPER, filter);
        Version right = upper == null ? null : Version.parseVersion(upper);
        return new VersionRange(
                VersionRange.LEFT_CLOSED,
                Version.parseVersion(lower),
                right,
                VersionRange.RIGHT_OPEN);
    }

    private static @Nullable String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }
}
