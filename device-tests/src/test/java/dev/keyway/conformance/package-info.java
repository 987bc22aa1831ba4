// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.conformance;

import org.jspecify.annotations.NullMarked;
