// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import java.util.List;
import java.util.Locale;

/**
 * A vendor's steps, each with the ones before it. A device passes a profile whole or not: it
 * computes in the profile's element types, and every check of the profile's operators passes.
 */
public enum Profile {
    /** Tensors and arithmetic, in bool, i32, i64 and f32. */
    CORE(ElementType.BOOL, ElementType.I32, ElementType.I64, ElementType.F32),
    /** Networks, forward. */
    INFERENCE(ElementType.BOOL, ElementType.I32, ElementType.I64, ElementType.F32),
    /** Gradients, and what only training uses. */
    TRAINING(ElementType.BOOL, ElementType.I32, ElementType.I64, ElementType.F32);

    private final List<ElementType> types;

    Profile(ElementType... types) {
        this.types = List.of(types);
    }

    /** The element types in which a device must compute. */
    public List<ElementType> types() {
        return types;
    }

    /** Whether this profile includes the other. */
    public boolean includes(Profile other) {
        return compareTo(other) >= 0;
    }

    /** As the command line has it: {@code core}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The profile with this name.
     *
     * @throws IllegalArgumentException naming those there are
     */
    public static Profile parse(String text) {
        for (Profile profile : values()) {
            if (profile.text().equals(text)) {
                return profile;
            }
        }
        throw new IllegalArgumentException(
                "unknown profile '" + text + "'; expected core, inference or training");
    }
}
