// SPDX-License-Identifier: Apache-2.0
/** A simulated accelerator: the proof that the SPI does not assume a host device. */
@NullMarked
package dev.keyway.plugins.simulated;

import org.jspecify.annotations.NullMarked;
