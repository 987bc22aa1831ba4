// SPDX-License-Identifier: Apache-2.0
/** What applications call: tensors, devices, dtypes and the operator facade. */
@NullMarked
package dev.keyway;

import org.jspecify.annotations.NullMarked;
