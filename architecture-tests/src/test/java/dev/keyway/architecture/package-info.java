// SPDX-License-Identifier: Apache-2.0
/** Tests of the project as a whole. */
@NullMarked
package dev.keyway.architecture;

import org.jspecify.annotations.NullMarked;
