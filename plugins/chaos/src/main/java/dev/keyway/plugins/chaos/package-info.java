// SPDX-License-Identifier: Apache-2.0
/** A device that fails when it is told to: what the runtime has to survive. */
@NullMarked
package dev.keyway.plugins.chaos;

import org.jspecify.annotations.NullMarked;
