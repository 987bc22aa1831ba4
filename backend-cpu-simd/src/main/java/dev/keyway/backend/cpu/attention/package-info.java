// SPDX-License-Identifier: Apache-2.0
/** Attention whose scores are never all in memory. */
@NullMarked
package dev.keyway.backend.cpu.attention;

import org.jspecify.annotations.NullMarked;
