// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.operator.Composite;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Layout;
import dev.keyway.spi.PlannedKernel;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How one operator is served on one device for one compute dtype. Immutable.
 *
 * @param kind what serves
 * @param kernel the kernel of OPERATOR and LOWERED
 * @param layer where the kernel was named
 * @param layout the layout of inputs that the kernel takes
 * @param when attributes for which LOWERED holds; null for all
 * @param otherwise what serves the other attributes; null without {@code when}
 * @param composite the composite where there is one
 * @param reason for {@code explain}, and the error of MISSING
 */
record Slot(
        Kind kind,
        @Nullable Kernel kernel,
        @Nullable KernelLayer layer,
        Layout layout,
        @Nullable Predicate<Attributes> when,
        @Nullable Slot otherwise,
        @Nullable Composite composite,
        String reason) {

    /** Whether the kernel plans results, which only the boxed form asks for. */
    boolean boxed() {
        return kernel instanceof PlannedKernel;
    }

    /** This slot, or the one behind it that serves a call with these attributes. */
    Slot serving(Attributes attributes) {
        Slot slot = this;
        while (slot.when != null && slot.otherwise != null && !slot.when.test(attributes)) {
            slot = slot.otherwise;
        }
        return slot;
    }

    /** The slot of a plugin that has left. */
    static Slot gone(String reason) {
        return new Slot(Kind.GONE, null, null, Layout.STRIDED, null, null, null, reason);
    }

    /** What serves a call. */
    enum Kind {
        /** A kernel of the backend for the whole operator. */
        OPERATOR,
        /** A kernel of a primitive family. */
        LOWERED,
        /** Other operators. */
        COMPOSITE,
        /** A view: no kernel at all. */
        VIEW,
        /** Nothing; the fallback policy decides. */
        MISSING,
        /** The plugin has left. */
        GONE
    }
}
