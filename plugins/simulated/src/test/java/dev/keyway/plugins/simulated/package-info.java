// SPDX-License-Identifier: Apache-2.0
/** Tests of the simulated accelerator. */
@NullMarked
package dev.keyway.plugins.simulated;

import org.jspecify.annotations.NullMarked;
