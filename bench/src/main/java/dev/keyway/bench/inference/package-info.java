// SPDX-License-Identifier: Apache-2.0
/** What inference of whole models costs in garbage and in time from the start of a process. */
@NullMarked
package dev.keyway.bench.inference;

import org.jspecify.annotations.NullMarked;
