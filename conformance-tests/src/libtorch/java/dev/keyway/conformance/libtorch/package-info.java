// SPDX-License-Identifier: Apache-2.0
/** Real libtorch confirms the oracles. */
@NullMarked
package dev.keyway.conformance.libtorch;

import org.jspecify.annotations.NullMarked;
