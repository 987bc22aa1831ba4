// SPDX-License-Identifier: Apache-2.0
/** Helpers that backends share: strided loops, half precision conversion, Philox. */
@NullMarked
package dev.keyway.spi.toolkit;

import org.jspecify.annotations.NullMarked;
