// SPDX-License-Identifier: Apache-2.0
/** The kernels: templates in OpenCL C beside, and here what fills and submits them. */
@NullMarked
package dev.keyway.plugins.opencl.kernel;

import org.jspecify.annotations.NullMarked;
