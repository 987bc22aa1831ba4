// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.dispatch.PluginCall;

import java.time.Duration;

/**
 * How a {@link PluginHost} treats plugins.
 *
 * @param timeLimit how long a plugin may take to start, for each of its constructors, and to stop
 * @param trust which plugins may be loaded
 */
public record HostOptions(Duration timeLimit, Trust trust) {
    /** A limit of 30 seconds, and every plugin is trusted. */
    public static final HostOptions DEFAULT =
            new HostOptions(PluginCall.DEFAULT_LIMIT, Trust.ANYONE);

    /**
     * With another time limit.
     *
     * @param limit more than 0
     * @return the options
     */
    public HostOptions timeLimit(Duration limit) {
        return new HostOptions(limit, trust);
    }

    /**
     * With another trust.
     *
     * @param newTrust which plugins may be loaded
     * @return the options
     */
    public HostOptions trust(Trust newTrust) {
        return new HostOptions(timeLimit, newTrust);
    }
}
