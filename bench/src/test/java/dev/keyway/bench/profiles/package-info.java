// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.bench.profiles;

import org.jspecify.annotations.NullMarked;
