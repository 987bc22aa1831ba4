// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * A device as probed.
 *
 * @param index from 0
 * @param description for people: model, instruction set, memory
 * @param usable whether {@code open} will work
 * @param reason why not, or what makes it good
 * @param remedy what the user can do; empty when usable
 */
public record DeviceDescription(
        int index, String description, boolean usable, String reason, String remedy) {
    /**
     * A usable device.
     *
     * @param index from 0
     * @param description for people: model, instruction set, memory
     * @param reason why it can or can't be used
     * @return the description
     */
    public static DeviceDescription usable(int index, String description, String reason) {
        return new DeviceDescription(index, description, true, reason, "");
    }

    /**
     * A device that can't be used.
     *
     * @param index from 0
     * @param description for people: model, instruction set, memory
     * @param reason why it can or can't be used
     * @param remedy what the user can do
     * @return the description
     */
    public static DeviceDescription unusable(
            int index, String description, String reason, String remedy) {
        return new DeviceDescription(index, description, false, reason, remedy);
    }
}
