// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import dev.keyway.spi.PluginInfo;

/**
 * What an application requires of a device before it takes it, such as a statement of conformance.
 * Set with {@link KeywayBuilder#require}; called by any thread, once for each device and choice.
 */
@FunctionalInterface
public interface DeviceRequirement {
    /**
     * {@return why the device may not be taken; empty when it may}
     *
     * @param device the device, open
     * @param plugin the plugin that brought it, with the place it was loaded from
     */
    String reject(Device device, PluginInfo plugin);
}
