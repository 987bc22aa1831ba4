// SPDX-License-Identifier: Apache-2.0
/** Tests of the reference backend. */
@NullMarked
package dev.keyway.plugins.reference;

import org.jspecify.annotations.NullMarked;
