// SPDX-License-Identifier: Apache-2.0
/** Part of Keyway. */
@NullMarked
package dev.keyway.backend.cpu;

import org.jspecify.annotations.NullMarked;
