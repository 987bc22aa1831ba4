// SPDX-License-Identifier: Apache-2.0
/** Tests; those tagged {@code opencl} need a device. */
@NullMarked
package dev.keyway.plugins.opencl.device;

import org.jspecify.annotations.NullMarked;
