// SPDX-License-Identifier: Apache-2.0
/** Pointwise kernels. */
@NullMarked
package dev.keyway.backend.cpu.pointwise;

import org.jspecify.annotations.NullMarked;
