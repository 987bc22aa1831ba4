// SPDX-License-Identifier: Apache-2.0
/** Devices that OpenCL drives. */
@NullMarked
package dev.keyway.plugins.opencl;

import org.jspecify.annotations.NullMarked;
