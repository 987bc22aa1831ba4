// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in words what a plugin requires of the machine and the machine lacks. */
final class MissingCapability {
    private static final Pattern CLAUSE = Pattern.compile("\\((\\w+)(=|>=|<=)([^()]+)\\)");

    private final Machine machine;

    MissingCapability(Machine machine) {
        this.machine = machine;
    }

    /** What is missing; null for a namespace that is not Keyway's. */
    @Nullable Failure explain(String namespace, String filter) {
        return switch (namespace) {
            case Machine.CPU -> cpu(filter);
            case Machine.OS -> os(filter);
            case Machine.DRIVER -> driver(filter);
            default -> null;
        };
    }

    private Failure cpu(String filter) {
        List<String> archs = values(filter, "arch");
        List<String> lacking =
                values(filter, "feature").stream()
                        .filter(feature -> !machine.features().contains(feature))
                        .toList();
        if (!archs.isEmpty() && !archs.contains(machine.arch())) {
            return new Failure(
                    "needs a CPU of the architecture "
                            + String.join(" or ", archs)
                            + ", this one is "
                            + machine.arch(),
                    "use a version of the plugin for " + machine.arch());
        }
        String why =
                machine.features().isEmpty()
                        ? ", and this operating system does not say what its CPU has"
                        : ", which this CPU (" + machine.arch() + ") lacks";
        return new Failure(
                "needs the CPU feature "
                        + (lacking.isEmpty() ? filter : String.join(", ", lacking))
                        + why,
                "use a version of the plugin for this CPU, or another machine");
    }

    private Failure os(String filter) {
        return new Failure(
                "needs the operating system "
                        + described(filter)
                        + ", this is "
                        + machine.os()
                        + " "
                        + machine.osVersion(),
                "use a version of the plugin for this operating system");
    }

    private Failure driver(String filter) {
        String name = values(filter, "name").stream().findFirst().orElse("");
        Optional<InstalledDriver> installed =
                machine.drivers().stream().filter(d -> d.name().equals(name)).findFirst();
        String library = InstalledDriver.LIBRARIES.get(name);
        if (library == null) {
            return new Failure(
                    "needs the driver " + described(filter) + ", which this Keyway does not know",
                    "use a newer Keyway; this one knows "
                            + String.join(", ", InstalledDriver.LIBRARIES.keySet()));
        }
        String has =
                installed
                        .map(d -> ", version " + d.version() + " is installed (" + d.file() + ")")
                        .orElse(", whose library " + library + ".so is not installed");
        return new Failure(
                "needs the driver " + described(filter) + has,
                (installed.isPresent() ? "update" : "install") + " the driver " + name);
    }

    /** The filter as a name with what its version must be. */
    private static String described(String filter) {
        List<String> words = new ArrayList<>(values(filter, "name"));
        for (Matcher clause = CLAUSE.matcher(filter); clause.find(); ) {
            if (clause.group(1).equals("version")) {
                boolean negated = filter.startsWith("(!", Math.max(0, clause.start() - 2));
                String operator = clause.group(2);
                String version = Version.parseVersion(clause.group(3).strip()).toString();
                words.add((negated && operator.equals(">=") ? "<" : operator) + " " + version);
            }
        }
        return words.isEmpty() ? filter : String.join(" ", words);
    }

    private static List<String> values(String filter, String attribute) {
        List<String> values = new ArrayList<>();
        for (Matcher clause = CLAUSE.matcher(filter); clause.find(); ) {
            if (clause.group(1).equals(attribute)) {
                values.add(clause.group(3).strip());
            }
        }
        return values;
    }
}
