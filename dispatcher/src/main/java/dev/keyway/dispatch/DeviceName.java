// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceStatus;
import dev.keyway.spi.PluginInfo;
import org.jspecify.annotations.Nullable;

/**
 * A device as a user names it: {@code cpu} is the best of the type, {@code cpu:1} the one listed
 * under that name. {@code cpu@2.0.0}, {@code cpu@org.acme} and {@code cpu@org.acme:2.0.0} are those
 * of a plugin, with the number that the plugin gave it: {@code cpu:0@2.0.0}.
 *
 * @param type the device type
 * @param index the number; null for any
 * @param plugin what follows {@code @}; null for any
 */
record DeviceName(String type, @Nullable String index, @Nullable String plugin) {
    static DeviceName parse(String text) {
        int at = text.indexOf('@');
        String device = at < 0 ? text : text.substring(0, at);
        String plugin = at < 0 ? null : text.substring(at + 1);
        int colon = device.indexOf(':');
        return colon < 0
                ? new DeviceName(device, null, plugin)
                : new DeviceName(device.substring(0, colon), device.substring(colon + 1), plugin);
    }

    boolean matches(DeviceImpl device) {
        int number = plugin == null ? device.index() : device.ownIndex();
        return type.equals(device.type())
                && (index == null || index.equals(Integer.toString(number)))
                && isOf(device.backend().plugin());
    }

    private boolean isOf(PluginInfo info) {
        return plugin == null
                || plugin.equals(info.symbolicName())
                || plugin.equals(info.version())
                || plugin.equals(info.symbolicName() + ":" + info.version());
    }

    /** Whether a device that is not open is meant. */
    boolean matches(DeviceStatus status) {
        String name = index == null ? type + ":" : type + ":" + index;
        return !status.usable()
                && (index == null ? status.name().startsWith(name) : status.name().equals(name))
                && (plugin == null
                        || (" " + status.plugin() + " ")
                                .contains(" " + plugin.replace(':', ' ') + " "));
    }
}
