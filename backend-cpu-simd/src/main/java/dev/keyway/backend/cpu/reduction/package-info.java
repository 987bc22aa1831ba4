// SPDX-License-Identifier: Apache-2.0
/** Sums and extremes along a dimension. */
@NullMarked
package dev.keyway.backend.cpu.reduction;

import org.jspecify.annotations.NullMarked;
