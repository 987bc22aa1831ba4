// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.Locale;

/** What a case checks. */
public enum Form {
    /** The results of a plain call, and that it leaves its inputs alone. */
    VALUE,
    /** The in-place form. */
    IN_PLACE,
    /** The form that writes to a given tensor. */
    OUT,
    /** That a view shares its elements with its base. */
    ALIAS,
    /** Gradients against differences of the oracle. */
    GRADIENT,
    /** That wrong arguments are refused with a message that helps. */
    ERROR,
    /** Equal bits on every call and every thread. */
    DETERMINISM,
    /** That a dtype the device does not compute in is refused in the documented words. */
    UNSUPPORTED,
    /** Streams and events: order, waiting, errors of asynchronous work. */
    STREAM,
    /** Copies between the host, this device and all others. */
    TRANSFER,
    /** Writes that stay inside their tensor, memory that comes back, running out of it. */
    MEMORY,
    /** That pointwise operators computed together give the bits of those computed one by one. */
    FUSED,
    /** Opening, closing and opening again. */
    LIFECYCLE;

    /** {@return the name in a replay line: {@code in-place}} */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The form with this text. */
    static Form parse(String text) {
        for (Form form : values()) {
            if (form.text().equals(text)) {
                return form;
            }
        }
        throw new IllegalArgumentException("unknown form '" + text + "'");
    }
}
