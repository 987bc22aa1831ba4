// SPDX-License-Identifier: Apache-2.0
/** Running reductions. */
@NullMarked
package dev.keyway.backend.cpu.scan;

import org.jspecify.annotations.NullMarked;
