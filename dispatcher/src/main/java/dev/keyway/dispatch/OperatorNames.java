// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The names of a runtime's operators by number. Calls keep the number, which, other than an
 * operator, costs no GC barrier to write and holds no plugin. Thread-safe.
 */
final class OperatorNames {
    private final List<String> names = new CopyOnWriteArrayList<>();

    /** The number of the name, a new one where it is new. */
    synchronized int add(String name) {
        int known = names.indexOf(name);
        return known >= 0 ? known : append(name);
    }

    private int append(String name) {
        names.add(name);
        return names.size() - 1;
    }

    String get(int number) {
        return names.get(number);
    }
}
