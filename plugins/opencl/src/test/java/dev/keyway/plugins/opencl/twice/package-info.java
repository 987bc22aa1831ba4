// SPDX-License-Identifier: Apache-2.0
/** Classes of two plugins that the tests pack: an operator, and a kernel for it in OpenCL C. */
@NullMarked
package dev.keyway.plugins.opencl.twice;

import org.jspecify.annotations.NullMarked;
