// SPDX-License-Identifier: Apache-2.0
/** Part of Keyway. */
@NullMarked
package dev.keyway.plugins.simulated;

import org.jspecify.annotations.NullMarked;
