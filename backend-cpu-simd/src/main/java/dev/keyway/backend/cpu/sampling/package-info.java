// SPDX-License-Identifier: Apache-2.0
/** Images of another size. */
@NullMarked
package dev.keyway.backend.cpu.sampling;

import org.jspecify.annotations.NullMarked;
