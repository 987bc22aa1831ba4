// SPDX-License-Identifier: Apache-2.0
/** The runtime's core: dispatch tables, thread state, memory, and the layers above kernels. */
@NullMarked
package dev.keyway.dispatch;

import org.jspecify.annotations.NullMarked;
