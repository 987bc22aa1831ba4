// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceChoice;
import dev.keyway.DeviceChoice.Candidate;
import dev.keyway.DeviceException;
import dev.keyway.DeviceRequirement;
import dev.keyway.DeviceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses a device by name or policy, with a reason for each. */
final class Selection {
    private static final String FILE = "file:";

    private final DeviceTable devices;
    private final DeviceBenchmark benchmark;
    private final List<DeviceRequirement> requirements;

    Selection(
            DeviceTable devices, DeviceBenchmark benchmark, List<DeviceRequirement> requirements) {
        this.devices = devices;
        this.benchmark = benchmark;
        this.requirements = List.copyOf(requirements);
    }

    /** A device that may be taken, with what is to be said of it; in order of preference. */
    private record Ranked(DeviceImpl device, String reason) {}

    /** The device for the wish: a name, a policy, or {@code file:} with a file that has one. */
    DeviceChoice choose(String wish, String origin) {
        if (wish.startsWith(FILE)) {
            Path file = Path.of(wish.substring(FILE.length()));
            return choose(read(file), origin + ", from the file " + file);
        }
        List<Ranked> ranked = new ArrayList<>();
        List<Candidate> rejected = new ArrayList<>();
        for (DeviceImpl device : devices.open()) {
            String reason = reject(wish, device);
            if (reason.isEmpty()) {
                ranked.add(new Ranked(device, "rank " + device.rank()));
            } else {
                rejected.add(new Candidate(device.name(), device.plugin(), false, reason));
            }
        }
        if (wish.equals("fastest")) {
            ranked = byTime(ranked);
        }
        if (ranked.isEmpty()) {
            throw nothing(wish, rejected);
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Ranked candidate : ranked) {
            DeviceImpl device = candidate.device;
            candidates.add(new Candidate(device.name(), device.plugin(), true, candidate.reason));
        }
        candidates.addAll(rejected);
        candidates.addAll(unusable());
        DeviceImpl chosen = ranked.getFirst().device;
        assertOpened(chosen, candidates.getFirst());
        return new DeviceChoice(wish, origin, chosen, candidates);
    }

    /** What is handed out is what the list says, and it is there. */
    private static void assertOpened(DeviceImpl device, Candidate chosen) {
        device.checkOpen();
        if (!device.name().equals(chosen.device()) || !device.plugin().equals(chosen.plugin())) {
            throw new AssertionError(
                    "opened "
                            + device.name()
                            + " of "
                            + device.plugin()
                            + ", chosen was "
                            + chosen);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new DeviceException(
                                            "the file "
                                                    + file
                                                    + " names no device; write a name or"
                                                    + " a policy into it"));
        } catch (IOException e) {
            throw new DeviceException(
                    "the file " + file + " with the device's name can't be read: " + e, e);
        }
    }

    private String reject(String wish, DeviceImpl device) {
        String reason =
                switch (wish) {
                    case "auto", "fastest" -> "";
                    case "deterministic" ->
                            device.isDeterministic()
                                    ? ""
                                    : "does not say that its results are the same in every run";
                    case "cpu-only" -> device.isHost() ? "" : "does not compute on the host";
                    default ->
                            DeviceName.parse(wish).matches(device) ? "" : "is not '" + wish + "'";
                };
        for (DeviceRequirement requirement : requirements) {
            reason =
                    reason.isEmpty()
                            ? requirement.reject(device, device.backend().plugin())
                            : reason;
        }
        return reason;
    }

    private List<Ranked> byTime(List<Ranked> devices) {
        record Timed(Ranked device, DeviceBenchmark.Result result) {}
        return devices.stream()
                .map(ranked -> new Timed(ranked, benchmark.time(ranked.device)))
                .sorted(Comparator.comparingDouble(timed -> timed.result.millis()))
                .map(timed -> new Ranked(timed.device.device, timed.result.toString()))
                .collect(Collectors.toList());
    }

    private List<Candidate> unusable() {
        return devices.status().stream()
                .filter(status -> !status.usable())
                .map(
                        status ->
                                new Candidate(
                                        status.name(),
                                        status.plugin(),
                                        false,
                                        status.reason() + "; " + status.remedy()))
                .toList();
    }

    private DeviceException nothing(String wish, List<Candidate> rejected) {
        return switch (wish) {
            case "auto", "fastest", "deterministic", "cpu-only" ->
                    new DeviceException(
                            "no usable device"
                                    + (wish.equals("auto") ? "" : " for '" + wish + "'")
                                    + ": "
                                    + reasons(rejected));
            default -> unknown(wish, rejected);
        };
    }

    private DeviceException unknown(String wish, List<Candidate> rejected) {
        DeviceName wanted = DeviceName.parse(wish);
        for (DeviceImpl device : devices.open()) {
            if (wanted.matches(device)) {
                String why =
                        rejected.stream()
                                .filter(c -> c.device().equals(device.name()))
                                .findFirst()
                                .map(Candidate::reason)
                                .orElse("");
                return new DeviceException("device " + device.name() + " may not be taken: " + why);
            }
        }
        for (DeviceStatus status : devices.status()) {
            if (wanted.matches(status)) {
                return new DeviceException(
                        "device "
                                + status.name()
                                + " is not usable: "
                                + status.reason()
                                + "; "
                                + status.remedy());
            }
        }
        List<DeviceImpl> open = devices.open();
        return new DeviceException(
                "unknown device '"
                        + wish
                        + "'; usable: "
                        + open.stream().map(DeviceImpl::name).toList()
                        + (open.isEmpty() ? "; " + reasons(rejected) : ""));
    }

    private String reasons(List<Candidate> rejected) {
        List<String> reasons = new ArrayList<>();
        rejected.forEach(c -> reasons.add(c.device() + " (" + c.reason() + ")"));
        unusable().forEach(c -> reasons.add(c.device() + " (" + c.reason() + ")"));
        return reasons.isEmpty()
                ? "no backend plugin was found; put one on the class path, or name a folder of plugins"
                        + " with KEYWAY_PLUGINS"
                : String.join(", ", reasons);
    }
}
