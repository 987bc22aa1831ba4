// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for names of operators, by which kernels report errors; there are few. Thread-safe. */
final class OperatorNames {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    synchronized int number(String name) {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        names.add(name);
        numbers.put(name, names.size() - 1);
        return names.size() - 1;
    }

    synchronized String name(int number) {
        return names.get(number);
    }
}
