// SPDX-License-Identifier: Apache-2.0
/** Operators inside and outside of fuse. */
@org.jspecify.annotations.NullMarked
package dev.keyway.conformance.fuse;
