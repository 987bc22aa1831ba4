// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * What the runtime knows of a device.
 *
 * @param name as {@code cpu:0}
 * @param description the vendor's words
 * @param plugin symbolic name and version
 * @param usable whether it was opened
 * @param reason why it stands where it stands, or why it is not usable
 * @param remedy what to do about it; empty when usable
 */
public record DeviceStatus(
        String name,
        String description,
        String plugin,
        boolean usable,
        String reason,
        String remedy) {}
