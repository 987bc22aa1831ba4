// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.plugins.chaos;

import org.jspecify.annotations.NullMarked;
