// SPDX-License-Identifier: Apache-2.0
/** Whether a device computes the same bits in every state of the JVM. */
@org.jspecify.annotations.NullMarked
package dev.keyway.conformance.bits;
