// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Registration;

import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;

import java.util.ArrayList;
import java.util.List;

/**
 * A jar that a {@link PluginHost} was given, working or not. Its methods may be called by any
 * thread and tell the state at that moment; after {@link State#UNINSTALLED} it keeps nothing of the
 * plugin alive.
 */
public final class Plugin {
    /** What a plugin is doing. */
    public enum State {
        /** Installed; not running. */
        INSTALLED,
        /** Its backends, operators and kernels are registered. */
        ACTIVE,
        /** Does not work; {@link Plugin#reason} says why. */
        FAILED,
        /** Gone. */
        UNINSTALLED
    }

    private final List<Registration> registrations = new ArrayList<>();
    private volatile PluginInfo info;
    private volatile State state;
    private volatile List<String> backends = List.of();
    private volatile @Nullable Failure failure;
    private volatile @Nullable Bundle bundle;
    private volatile boolean stuckInStart;

    Plugin(BundleJar jar, @Nullable Bundle bundle) {
        this.info = jar.info();
        this.bundle = bundle;
        this.failure = jar.failure();
        this.state = bundle == null ? State.FAILED : State.INSTALLED;
    }

    /**
     * Symbolic name, version and path; for what is no bundle the file name and 0.0.0.
     *
     * @return name, version and place
     */
    public PluginInfo info() {
        return info;
    }

    /** {@return what it is doing} */
    public State state() {
        return state;
    }

    /** {@return the class names of the backends that are registered now} */
    public List<String> backends() {
        return backends;
    }

    /** {@return why it does not work, or what of it does not work; empty when all is well} */
    public String reason() {
        Failure current = failure;
        return current == null ? "" : current.reason();
    }

    /** {@return what the user can do about the reason; empty when all is well} */
    public String remedy() {
        Failure current = failure;
        return current == null ? "" : current.remedy();
    }

    @Override
    public String toString() {
        return info + " (" + state + ")";
    }

    @Nullable Bundle bundle() {
        return bundle;
    }

    /** Operators or kernels. */
    void keep(Registration registration) {
        registrations.add(registration);
    }

    void activate(String className, Registration registration) {
        keep(registration);
        List<String> names = new ArrayList<>(backends);
        names.add(className);
        backends = List.copyOf(names);
    }

    /** Its activator hangs; the framework's lock on the bundle is lost. */
    void stuckInStart() {
        stuckInStart = true;
    }

    boolean isStuckInStart() {
        return stuckInStart;
    }

    void active() {
        failure = null;
        state = State.ACTIVE;
    }

    /** Notes what is wrong; a plugin of which something works stays active. */
    void failed(Failure reason) {
        failure = reason;
        state = registrations.isEmpty() ? State.FAILED : State.ACTIVE;
    }

    /** The registrations, last first; they are the caller's to close. */
    List<Registration> takeRegistrations() {
        List<Registration> taken = List.copyOf(registrations.reversed());
        registrations.clear();
        backends = List.of();
        return taken;
    }

    void stopped() {
        if (state == State.ACTIVE) {
            state = State.INSTALLED;
        }
    }

    void updated(BundleJar jar) {
        info = jar.info();
        failure = null;
        state = State.INSTALLED;
    }

    void uninstalled() {
        state = State.UNINSTALLED;
        bundle = null;
    }
}
