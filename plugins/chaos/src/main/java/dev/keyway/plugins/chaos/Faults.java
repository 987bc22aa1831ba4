// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import java.util.Locale;

/**
 * What goes wrong. Numbers count from 1, since the setting was made; 0 is never.
 *
 * @param allocation from this allocation on the device is full
 * @param oneAllocation this allocation finds no room, the next one does
 * @param launch this command can't be submitted
 * @param command this command fails when it runs
 * @param lost the device is lost when this command runs
 * @param uncached whether each tensor is an allocation, in a device that is opened from now on
 * @param order of commands of different streams
 * @param seed of {@link Order#RANDOM}
 */
record Faults(
        long allocation,
        long oneAllocation,
        long launch,
        long command,
        long lost,
        boolean uncached,
        Order order,
        long seed) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, false, Order.EAGER, 0);

    /**
     * Reads a setting: {@code allocation=3}, {@code one-allocation=3}, {@code launch=3}, {@code
     * command=3}, {@code lost=3}, {@code cache=off}, {@code order=needed}, {@code latest}, {@code
     * random:7} or {@code eager}, several with commas between them; empty is none.
     *
     * @throws IllegalArgumentException with what is wrong and what is expected
     */
    static Faults parse(String setting) {
        Faults faults = NONE;
        for (String part : setting.split(",", -1)) {
            if (!part.isBlank()) {
                faults = faults.with(part.strip());
            }
        }
        return faults;
    }

    private Faults with(String part) {
        String[] pair = part.split("=", 2);
        if (pair.length < 2) {
            throw wrong(part);
        }
        String text = pair[1];
        return switch (pair[0]) {
            case "allocation" -> with(number(part, text), oneAllocation, launch, command, lost);
            case "one-allocation" -> with(allocation, number(part, text), launch, command, lost);
            case "launch" -> with(allocation, oneAllocation, number(part, text), command, lost);
            case "command" -> with(allocation, oneAllocation, launch, number(part, text), lost);
            case "lost" -> with(allocation, oneAllocation, launch, command, number(part, text));
            case "cache" -> with(text.equals("off"), order, seed);
            case "order" -> ordered(part, text);
            default -> throw wrong(part);
        };
    }

    private Faults with(long all, long one, long start, long run, long gone) {
        return new Faults(all, one, start, run, gone, uncached, order, seed);
    }

    private Faults with(boolean each, Order chosen, long drawn) {
        return new Faults(allocation, oneAllocation, launch, command, lost, each, chosen, drawn);
    }

    private Faults ordered(String part, String text) {
        String[] pair = text.split(":", 2);
        long drawn = pair.length < 2 ? 0 : number(part, pair[1]);
        try {
            return with(uncached, Order.valueOf(pair[0].toUpperCase(Locale.ROOT)), drawn);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong(part).getMessage(), e);
        }
    }

    private static long number(String part, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrong(part).getMessage(), e);
        }
    }

    private static IllegalArgumentException wrong(String part) {
        return new IllegalArgumentException(
                "'"
                        + part
                        + "' is no fault; expected allocation=N, one-allocation=N, launch=N,"
                        + " command=N, lost=N, cache=off, or order= with eager, needed, latest or"
                        + " random:SEED");
    }
}
