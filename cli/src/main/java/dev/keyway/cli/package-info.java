// SPDX-License-Identifier: Apache-2.0
/** The {@code keyway} command: devices, plugins, operators, training and conformance. */
@NullMarked
package dev.keyway.cli;

import org.jspecify.annotations.NullMarked;
