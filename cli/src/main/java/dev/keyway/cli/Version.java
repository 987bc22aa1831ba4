// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import picocli.CommandLine.IVersionProvider;

import java.util.Objects;

/** The version of the jar that the command runs from. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"keyway " + text(), "Java " + Runtime.version()};
    }

    /** The version alone. */
    static String text() {
        String version = Main.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "(development)");
    }
}
