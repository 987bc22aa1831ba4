// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.autograd;

import org.jspecify.annotations.NullMarked;
