// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.DeviceException;
import dev.keyway.OutOfMemoryException;
import java.util.function.Supplier;

/**
 * Decides which allocation and which command fails. The setting is read each time, so that it may
 * change while the device is open; with a new one counting starts again. Thread-safe.
 */
final class FaultSwitch {
    /** The system property with the setting. */
    static final String PROPERTY = "keyway.chaos";

    /** The environment variable with the setting, where there is no property. */
    static final String VARIABLE = "KEYWAY_CHAOS";

    private final Supplier<String> setting;
    private String seen = "";
    private Faults faults = Faults.NONE;
    private long allocations;
    private long launches;
    private long commands;
    private long met;

    FaultSwitch(Supplier<String> setting) {
        this.setting = setting;
    }

    /** The setting of the process. */
    static String configured() {
        String property = System.getProperty(PROPERTY);
        String variable = System.getenv(VARIABLE);
        return property != null ? property : variable == null ? "" : variable;
    }

    /** What goes wrong by the setting of now. */
    synchronized Faults faults() {
        String now = setting.get();
        if (!now.equals(seen)) {
            faults = Faults.parse(now);
            seen = now;
            allocations = 0;
            launches = 0;
            commands = 0;
            met = 0;
        }
        return faults;
    }

    /** How often something went wrong since the setting was made. */
    synchronized long met() {
        faults();
        return met;
    }

    /** Counts an allocation. */
    synchronized void allocating(long bytes) {
        Faults now = faults();
        allocations++;
        boolean full = now.allocation() > 0 && allocations >= now.allocation();
        if (full || allocations == now.oneAllocation()) {
            met++;
            throw new OutOfMemoryException(
                    "chaos: allocation " + allocations + " of " + bytes + " bytes fails");
        }
    }

    /** Counts a command that is submitted. A driver's raw error, as careless vendors let it out. */
    synchronized void launching() {
        Faults now = faults();
        if (++launches == now.launch()) {
            met++;
            throw new IllegalStateException("chaos: launch " + launches + " fails");
        }
    }

    /**
     * Counts a command that runs.
     *
     * @throws LostException when the device is gone for good
     */
    synchronized void running() {
        Faults now = faults();
        commands++;
        if (commands == now.lost()) {
            met++;
            throw new LostException("chaos: the device was lost at command " + commands);
        }
        if (commands == now.command()) {
            met++;
            throw new IllegalStateException("chaos: command " + commands + " fails");
        }
    }

    /** The device does not answer any more. */
    static final class LostException extends DeviceException {
        private static final long serialVersionUID = 1L;

        LostException(String message) {
            super(message);
        }
    }
}
