// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import java.util.List;

/**
 * Which device was chosen, and why not another.
 *
 * @param wish what was asked for: a name or a policy
 * @param origin where the wish comes from, for people
 * @param device the chosen device; it is open
 * @param candidates every device that a plugin named: the chosen one first, then those that would
 *     have been next, then those that can't be taken
 */
public record DeviceChoice(String wish, String origin, Device device, List<Candidate> candidates) {
    /** Copies the list. */
    public DeviceChoice {
        candidates = List.copyOf(candidates);
    }

    /**
     * A device that was considered.
     *
     * @param device its name
     * @param plugin the plugin that brought it
     * @param eligible whether it could have been chosen
     * @param reason why it was chosen, came later, or can't be taken
     */
    public record Candidate(String device, String plugin, boolean eligible, String reason) {}

    /** The choice in lines for people. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(device.name() + " for '" + wish + "' (" + origin + ")\n");
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            text.append(
                            i == 0
                                    ? "  chosen    "
                                    : candidate.eligible ? "  next      " : "  not       ")
                    .append(candidate.device)
                    .append(" of ")
                    .append(candidate.plugin)
                    .append(": ")
                    .append(candidate.reason)
                    .append('\n');
        }
        return text.toString();
    }
}
