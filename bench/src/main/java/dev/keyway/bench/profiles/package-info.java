// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the CPU's kernels keep their speed when the JVM's profiles of the Vector API were
 * polluted by other code of the process.
 */
@NullMarked
package dev.keyway.bench.profiles;

import org.jspecify.annotations.NullMarked;
