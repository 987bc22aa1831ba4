// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.backend.cpu.indexing;

import org.jspecify.annotations.NullMarked;
