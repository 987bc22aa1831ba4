// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

/**
 * The cases of a family of operators; found by {@code ServiceLoader}. A case's number is its place
 * among its operator's, so that families don't change each other's cases.
 */
public interface SampleFamily {
    /** Adds the operators' cases. */
    void register(Samples.Table table);

    /** The first profile that has the family's operators. */
    default Profile profile() {
        return Profile.CORE;
    }

    /** Adds the calls that must be refused. */
    default void errors(ErrorTable table) {}
}
