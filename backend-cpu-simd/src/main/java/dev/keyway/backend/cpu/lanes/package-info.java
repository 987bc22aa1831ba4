// SPDX-License-Identifier: Apache-2.0
/** Sums over a fixed number of virtual lanes, whose bits do not depend on the vector width. */
@NullMarked
package dev.keyway.backend.cpu.lanes;

import org.jspecify.annotations.NullMarked;
