// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * The functionality bits of a dispatch key set. The highest bit present decides who sees a call
 * first: leaves below, layers above. The backend id is not a bit, so that any number of vendors
 * fit. At most seven keys: a tensor keeps its set in a byte, which has a sign.
 */
public enum DispatchKey {
    /** Plain strided tensors. */
    DENSE,
    /** Quantized tensors. */
    QUANTIZED,
    /** Gradient recording. */
    AUTOGRAD,
    /** Mixed precision. */
    AUTOCAST;

    /** Keys up to this mask are leaves: kernels and composites serve them. */
    static final long LEAVES = DENSE.bit() | QUANTIZED.bit();

    /** The key's bit. */
    public long bit() {
        return 1L << ordinal();
    }

    /** The highest key of a set. */
    static DispatchKey highest(long keySet) {
        return values()[63 - Long.numberOfLeadingZeros(keySet)];
    }

    /** The names of a set's keys. */
    static List<String> names(long keySet) {
        List<String> names = new ArrayList<>();
        for (DispatchKey key : values()) {
            if ((keySet & key.bit()) != 0) {
                names.add(
                        key.name().charAt(0)
                                + key.name().substring(1).toLowerCase(java.util.Locale.ROOT));
            }
        }
        return names;
    }
}
