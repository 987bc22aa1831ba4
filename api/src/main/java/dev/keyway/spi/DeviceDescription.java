// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * A device as probed.
 *
 * @param index from 0
 * @param description for people: model, instruction set, memory
 * @param usable whether {@code open} will work
 * @param rank for automatic choice among the devices of all plugins; the highest usable wins. Plain
 *     Java is 0, a tuned CPU 100
 * @param reason why not, or what makes it good
 * @param remedy what the user can do; empty when usable
 */
public record DeviceDescription(
        int index, String description, boolean usable, int rank, String reason, String remedy) {
    /** A usable device of rank 0. */
    public static DeviceDescription usable(int index, String description, String reason) {
        return new DeviceDescription(index, description, true, 0, reason, "");
    }

    /** A device that can't be used. */
    public static DeviceDescription unusable(
            int index, String description, String reason, String remedy) {
        return new DeviceDescription(index, description, false, 0, reason, remedy);
    }

    /** This device with another rank. */
    public DeviceDescription withRank(int newRank) {
        return new DeviceDescription(index, description, usable, newRank, reason, remedy);
    }
}
