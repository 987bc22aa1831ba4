// SPDX-License-Identifier: Apache-2.0
/** The subset of OpenCL 1.2 that the plugin needs, through the Foreign Function API. */
@NullMarked
package dev.keyway.plugins.opencl.binding;

import org.jspecify.annotations.NullMarked;
