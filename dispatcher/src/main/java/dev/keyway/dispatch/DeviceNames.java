// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The indices in use for each device type. Plugins number their devices from 0; where two plugins,
 * or two versions of one, have a type in common, the later one's devices get the next free numbers.
 */
final class DeviceNames {
    private final Map<String, Set<Integer>> taken = new HashMap<>();

    /** The index if it is free, else the lowest that is. */
    synchronized int take(String type, int wanted) {
        Set<Integer> indices = taken.computeIfAbsent(type, t -> new TreeSet<>());
        int index = wanted;
        if (!indices.add(index)) {
            index = 0;
            while (!indices.add(index)) {
                index++;
            }
        }
        return index;
    }

    synchronized void giveBack(String type, int index) {
        Set<Integer> indices = taken.get(type);
        if (indices != null) {
            indices.remove(index);
        }
    }
}
