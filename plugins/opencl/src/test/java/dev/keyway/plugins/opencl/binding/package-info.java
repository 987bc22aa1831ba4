// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.plugins.opencl.binding;

import org.jspecify.annotations.NullMarked;
