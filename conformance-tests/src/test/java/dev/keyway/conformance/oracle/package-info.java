// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.NullMarked;
