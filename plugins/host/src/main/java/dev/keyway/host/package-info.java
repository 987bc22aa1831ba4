// SPDX-License-Identifier: Apache-2.0
/** Loads backend plugins as OSGi bundles into a running {@link dev.keyway.Keyway}. */
@NullMarked
package dev.keyway.host;

import org.jspecify.annotations.NullMarked;
