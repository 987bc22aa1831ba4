// SPDX-License-Identifier: Apache-2.0
/** Sorting and selection by order. */
@NullMarked
package dev.keyway.backend.cpu.sort;

import org.jspecify.annotations.NullMarked;
