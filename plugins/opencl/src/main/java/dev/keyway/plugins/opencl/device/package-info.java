// SPDX-License-Identifier: Apache-2.0
/** An OpenCL device: memory, queues, programs. */
@NullMarked
package dev.keyway.plugins.opencl.device;

import org.jspecify.annotations.NullMarked;
