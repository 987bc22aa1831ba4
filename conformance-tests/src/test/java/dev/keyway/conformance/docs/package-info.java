// SPDX-License-Identifier: Apache-2.0
/** What the documentation shows, run. */
@NullMarked
package dev.keyway.conformance.docs;

import org.jspecify.annotations.NullMarked;
