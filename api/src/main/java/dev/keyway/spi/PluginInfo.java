// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Who brought a backend or operator.
 *
 * @param symbolicName the bundle's symbolic name
 * @param version the bundle's version
 * @param location where it was loaded from, for people
 */
public record PluginInfo(String symbolicName, String version, String location) {
    @Override
    public String toString() {
        return symbolicName + " " + version;
    }
}
