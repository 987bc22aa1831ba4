// SPDX-License-Identifier: Apache-2.0
/** Random numbers. */
@NullMarked
package dev.keyway.backend.cpu.random;

import org.jspecify.annotations.NullMarked;
