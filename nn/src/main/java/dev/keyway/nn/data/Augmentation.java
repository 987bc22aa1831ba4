// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data;

/** What may happen to a training image: mirrored left to right, shifted by a few pixels. */
public enum Augmentation {
    /** Nothing. */
    NONE,
    /** Mirrored with probability one half. */
    FLIP,
    /** Mirrored with probability one half and shifted by up to two pixels each way. */
    FLIP_AND_SHIFT
}
