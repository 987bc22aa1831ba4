// SPDX-License-Identifier: Apache-2.0
/** What vendors implement: backends, drivers, memory, streams and kernels. */
@NullMarked
package dev.keyway.spi;

import org.jspecify.annotations.NullMarked;
