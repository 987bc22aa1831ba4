// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.backend.cpu.counting;

import org.jspecify.annotations.NullMarked;
