// SPDX-License-Identifier: Apache-2.0
/** Reverse-mode differentiation: records calls as a graph and runs it backward. */
@NullMarked
package dev.keyway.autograd;

import org.jspecify.annotations.NullMarked;
