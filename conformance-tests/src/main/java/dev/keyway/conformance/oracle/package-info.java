// SPDX-License-Identifier: Apache-2.0
/**
 * What every operator computes, written from its definition with plain loops. Nothing here may
 * import anything but {@code java.*}: an oracle that shares code with what it judges proves
 * nothing.
 */
@NullMarked
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.NullMarked;
