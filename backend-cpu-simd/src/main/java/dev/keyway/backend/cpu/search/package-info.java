// SPDX-License-Identifier: Apache-2.0
/** Places in sorted sequences. */
@NullMarked
package dev.keyway.backend.cpu.search;

import org.jspecify.annotations.NullMarked;
