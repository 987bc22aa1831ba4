// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DeviceStatus;
import org.jspecify.annotations.Nullable;

/**
 * A device that a plugin named, or a plugin that brought none.
 *
 * @param entry the backend; null for a plugin that brought none
 * @param rank for automatic choice
 * @param status what users see
 */
record ListedDevice(@Nullable BackendEntry entry, int rank, DeviceStatus status) {}
